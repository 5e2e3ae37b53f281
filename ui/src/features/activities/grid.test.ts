import { describe, expect, it } from "vitest";
import { gridKey } from "./grid";

const at = (row: number, column: number): { row: number; column: number } => ({ row, column });
const press = (key: string, row: number, column: number): ReturnType<typeof gridKey> =>
  gridKey(key, at(row, column), 3, 6);

describe("the impact grid by keys alone", () => {
  it("rates and moves on, to the next row at the end of one", () => {
    expect(press("4", 0, 2)).toEqual({ rate: 4, to: at(0, 3) });
    expect(press("1", 0, 5)).toEqual({ rate: 1, to: at(1, 0) });
    expect(press("5", 2, 5)).toEqual({ rate: 5, to: at(2, 5) });
  });
  it("never leaves the grid", () => {
    expect(press("ArrowUp", 0, 0)).toEqual({ to: at(0, 0) });
    expect(press("ArrowLeft", 0, 0)).toEqual({ to: at(0, 0) });
    expect(press("ArrowDown", 2, 5)).toEqual({ to: at(2, 5) });
    expect(press("ArrowRight", 2, 5)).toEqual({ to: at(2, 5) });
  });
  it("empties a cell: a hole is not a zero", () => {
    expect(press("Delete", 1, 1)).toEqual({ rate: null });
    expect(press("Backspace", 1, 1)).toEqual({ rate: null, to: at(1, 0) });
  });
  it("leaves other keys alone", () => {
    expect([press("6", 0, 0), press("x", 0, 0), press("Tab", 0, 0)]).toEqual([null, null, null]);
  });
});
