/** A plan as a document: what `plan_document` answers. The same model is laid out as the PDF. */

export interface PlanDoc {
  meta: {
    organisation: string;
    title: string;
    code: string;
    version: string;
    state: string;
    draft: boolean;
    classification: string;
    content_sha256: string | null;
    language: string;
    made_at: string;
  };
  cover: { fields: DocField[]; card: { title: string; note: string; columns: Run[][] } | null };
  sections: DocSection[];
}

export interface DocSection {
  id: string;
  number: string;
  title: string;
  level: number;
  blocks: Block[];
}

export type Block =
  | { type: "paragraph"; runs: Run[] }
  | { type: "bullets"; items: Run[][] }
  | { type: "fields"; fields: DocField[] }
  | {
      type: "table";
      columns: Column[];
      rows: Cell[][];
    }
  | {
      type: "grid";
      horizons: string[];
      rows: { name: string; levels: (number | null)[]; first_unacceptable: number | null }[];
    }
  | {
      type: "curve";
      title: string;
      currency: string;
      /** Hours and amounts. */
      points: [number, number][];
      markers: { at: number; label: string; role: "rto" | "ready" | "mtpd" }[];
      unacceptable_from: number | null;
    }
  /** A figure of the printed page, with what it says in words. */
  | { type: "figure"; title: string; words: string }
  | { type: "columns"; left: Block[]; right: Block[] }
  | { type: "missing"; text: string };

export interface Column {
  title: string;
  align: "start" | "end" | "middle";
  /** The heading over this one and its neighbours that have the same. */
  group: string | null;
  /** A remark, on paper at the foot of every page with this heading. */
  note: string | null;
}

export interface Run {
  text: string;
  style: "plain" | "strong" | "quiet" | "mono";
  /** The section whose page number stands here on paper. */
  page_of?: string;
  /** A remark, on paper at the foot of the page. */
  note?: string;
}

export interface DocField {
  label: string;
  value: Cell;
}

export interface Cell {
  lines: Run[][];
  chip?: { text: string; tone: "met" | "gap" | "warn" | "unknown" };
  /** Left free for ink on paper. */
  pen?: unknown;
}
