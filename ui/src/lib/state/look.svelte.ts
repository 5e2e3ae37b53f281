const KEY = "mainstay.theme";
type Theme = "light" | "dark";

/** Light or dark, following the system until the user chooses otherwise; and the projector view. */
class Look {
  #system = $state<Theme>("light");
  #chosen = $state<Theme | null>(null);
  projector = $state(false);

  get theme(): Theme {
    return this.#chosen ?? this.#system;
  }

  /** Follows the system and keeps the page's attributes; answers how to stop. */
  start(): () => void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const read = (): void => {
      this.#system = dark.matches ? "dark" : "light";
      this.#show();
    };
    try {
      const kept = localStorage.getItem(KEY);
      this.#chosen = kept === "light" || kept === "dark" ? kept : null;
    } catch {
      this.#chosen = null;
    }
    read();
    dark.addEventListener("change", read);
    return () => dark.removeEventListener("change", read);
  }

  /** Light becomes dark and dark light; the system's own choice is followed again. */
  toggle(): void {
    const next: Theme = this.theme === "dark" ? "light" : "dark";
    this.#chosen = next === this.#system ? null : next;
    try {
      if (this.#chosen === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, this.#chosen);
    } catch {
      // Without storage the choice holds for this window only.
    }
    this.#show();
  }

  toggleProjector(): void {
    this.projector = !this.projector;
    this.#show();
  }

  #show(): void {
    const root = document.documentElement;
    root.dataset["theme"] = this.theme;
    if (this.projector) root.dataset["view"] = "projector";
    else delete root.dataset["view"];
  }
}

export const look = new Look();
