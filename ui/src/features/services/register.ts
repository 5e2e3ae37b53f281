import type { ServiceRow } from "../../lib/api/generated";

/** The columns of the register that it can be sorted by. */
export type SortKey =
  | "code"
  | "name"
  | "tier"
  | "required_rto_min"
  | "own_restore_min"
  | "achievable_min"
  | "gap_min"
  | "stops";
export type Filter = "all" | "gap" | "unknown";

/** Compares with what is unknown last, whichever way the rest is sorted. */
function compare(a: ServiceRow, b: ServiceRow, key: SortKey, down: boolean): number {
  const [x, y] = [a[key], b[key]];
  if (x === null || y === null) return x === y ? a.code.localeCompare(b.code) : x === null ? 1 : -1;
  const order =
    typeof x === "string" || typeof y === "string" ? String(x).localeCompare(String(y)) : x - y;
  return (down ? -order : order) || a.code.localeCompare(b.code);
}

/** The rows that match every word of the search and the filter, sorted. */
export function arrange(
  rows: readonly ServiceRow[],
  search: string,
  filter: Filter,
  key: SortKey | null,
  down: boolean,
): ServiceRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== "");
  const found = rows.filter((r) => {
    if (filter === "gap" && r.gap_state !== "gap") return false;
    if (filter === "unknown" && r.gap_state !== "unknown" && r.own_restore_min !== null)
      return false;
    if (words.length === 0) return true;
    const text = [r.code, r.name, r.kind, r.site, r.owner, r.team, r.evidence]
      .filter((t) => t !== null)
      .join(" ")
      .toLowerCase();
    return words.every((w) => text.includes(w));
  });
  return key === null ? found : found.sort((a, b) => compare(a, b, key, down));
}
