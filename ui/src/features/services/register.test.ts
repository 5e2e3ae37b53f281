import { expect, it } from "vitest";
import type { ServiceRow } from "../../lib/api/generated";
import { arrange } from "./register";

function row(code: string, more: Partial<ServiceRow>): ServiceRow {
  return {
    code,
    name: code,
    kind: null,
    site: null,
    owner: null,
    team: null,
    tier: null,
    enabler: false,
    required_rto_min: null,
    required_set_by: null,
    own_restore_min: null,
    evidence: null,
    tested_on: null,
    evidence_stale: false,
    achievable_min: null,
    gap_min: null,
    gap_state: null,
    declared_rto_min: null,
    required_rpo_min: null,
    stops: null,
    ...more,
  };
}
const rows = [
  row("a", { name: "Order portal", gap_min: 60, gap_state: "gap", own_restore_min: 5 }),
  row("b", {
    name: "Database",
    kind: "platform",
    gap_min: -20,
    gap_state: "met_claimed",
    own_restore_min: 0,
  }),
  row("c", { name: "Printing", gap_state: "unknown" }),
];
const codes = (all: ServiceRow[]): string[] => all.map((r) => r.code);

it("keeps what is unknown last, whichever way it is sorted", () => {
  expect(codes(arrange(rows, "", "all", "gap_min", false))).toEqual(["b", "a", "c"]);
  expect(codes(arrange(rows, "", "all", "gap_min", true))).toEqual(["a", "b", "c"]);
});
it("finds by every word, in name, code and kind", () => {
  expect(codes(arrange(rows, "data plat", "all", null, false))).toEqual(["b"]);
  expect(codes(arrange(rows, "data gap", "all", null, false))).toEqual([]);
});
it("filters gaps, and what is not known; zero is known", () => {
  expect(codes(arrange(rows, "", "gap", null, false))).toEqual(["a"]);
  expect(codes(arrange(rows, "", "unknown", null, false))).toEqual(["c"]);
});
