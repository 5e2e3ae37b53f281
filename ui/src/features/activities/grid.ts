/** What a key does in the impact grid. */
export type GridMove = { row: number; column: number };
export interface GridAct {
  /** The rating to give; `null` empties the cell; `undefined` leaves it. */
  rate?: number | null;
  /** Where to go next. */
  to?: GridMove;
  /** Whether a note is asked for. */
  note?: true;
}

/** Digits rate and move on to the next cell, arrows move, Delete empties, N notes; `null` for keys that mean nothing here. */
export function gridKey(key: string, at: GridMove, rows: number, columns: number): GridAct | null {
  const inside = (row: number, column: number): GridMove => ({
    row: Math.min(Math.max(row, 0), rows - 1),
    column: Math.min(Math.max(column, 0), columns - 1),
  });
  const next = (): GridMove => {
    if (at.column + 1 < columns) return inside(at.row, at.column + 1);
    return at.row + 1 < rows ? inside(at.row + 1, 0) : at;
  };
  if (/^[1-5]$/.test(key)) return { rate: Number(key), to: next() };
  switch (key) {
    case "0":
    case "Delete":
      return { rate: null };
    case "Backspace":
      return { rate: null, to: at.column > 0 ? inside(at.row, at.column - 1) : at };
    case "ArrowLeft":
      return { to: inside(at.row, at.column - 1) };
    case "ArrowRight":
      return { to: inside(at.row, at.column + 1) };
    case "ArrowUp":
      return { to: inside(at.row - 1, at.column) };
    case "ArrowDown":
      return { to: inside(at.row + 1, at.column) };
    case "Home":
      return { to: inside(at.row, 0) };
    case "End":
      return { to: inside(at.row, columns - 1) };
    case "n":
    case "N":
      return { note: true };
    default:
      return null;
  }
}
