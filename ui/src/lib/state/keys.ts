/** Whether keys typed here belong to a text field. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement &&
    !["checkbox", "radio", "button", "submit"].includes(target.type)
  );
}

/** Whether a dialog is open; the window's own keys then rest. */
export function dialogOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** Whether Ctrl (Command on a Mac) is held, and no other modifier but Shift. */
export function command(e: KeyboardEvent): boolean {
  return (e.ctrlKey || e.metaKey) && !e.altKey;
}
