/** A passphrase as somebody types it: a new one twice, since nobody sees what it says. */
export class Typed {
  value = $state("");
  again = $state("");
  /** Whether what was typed the second time is something else; nothing is yet, while there is none. */
  readonly differs = $derived(this.again !== "" && this.again !== this.value);

  /** What was typed does not stay on the screen. */
  clear(): void {
    this.value = this.again = "";
  }
}
