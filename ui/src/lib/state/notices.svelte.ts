import type { Problem } from "../api/generated";

/** Something the window says at its edge. */
export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "problem";
}

class Notices {
  all = $state.raw<readonly Notice[]>([]);
  #next = 1;

  /** Says something that needs no answer; it goes away by itself. */
  say(text: string): void {
    const id = this.#add(text, "plain");
    setTimeout(() => this.dismiss(id), 6000);
  }

  /** Says what could not be done; it stays until it is dismissed. */
  problem(problem: Problem): void {
    this.#add(problem.detail, "problem");
  }

  dismiss(id: number): void {
    this.all = this.all.filter((n) => n.id !== id);
  }

  #add(text: string, tone: Notice["tone"]): number {
    const id = this.#next++;
    // The same sentence twice is said once, and of the quiet ones only the last is shown.
    this.all = [
      ...this.all.filter((n) => n.text !== text && n.tone === "problem"),
      { id, text, tone },
    ].slice(-4);
    return id;
  }
}

export const notices = new Notices();
