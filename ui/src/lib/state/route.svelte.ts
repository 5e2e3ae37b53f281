/** The sections of the window, in the order of the work. */
export const SECTIONS = [
  "overview",
  "activities",
  "services",
  "plans",
  "people",
  "history",
  "file",
] as const;
export type Section = (typeof SECTIONS)[number];

/** The sections that the navigation lists; the file's page hangs on the workspace's name. */
export const LISTED = SECTIONS.filter((s) => s !== "file");

/** Where the window is: a section, a record in it, and a view of that record. */
export interface Place {
  section: Section;
  code: string | null;
  view: string | null;
}

/** The place that a fragment such as `#/services/svc-db` names. */
export function parsePlace(hash: string): Place {
  const [section, code, view] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  const known = SECTIONS.find((s) => s === section);
  return known
    ? { section: known, code: code || null, view: view || null }
    : { section: "overview", code: null, view: null };
}

/** The fragment of a place. */
export function hrefOf(
  section: string,
  code: string | null = null,
  view: string | null = null,
): string {
  return `#/${[section, code, view]
    .filter((p): p is string => p !== null)
    .map(encodeURIComponent)
    .join("/")}`;
}

/** The section that shows records of a kind; `null` where none does yet. */
export function sectionOf(kind: string): Section | null {
  switch (kind) {
    case "activity":
    case "activities":
      return "activities";
    case "service":
    case "services":
      return "services";
    case "plan":
    case "plan_version":
    case "plans":
      return "plans";
    case "role":
    case "contact":
    case "people":
      return "people";
    default:
      return SECTIONS.find((s) => s === kind) ?? null;
  }
}

class Route {
  place = $state.raw<Place>(parsePlace(typeof location === "undefined" ? "" : location.hash));

  get section(): Section {
    return this.place.section;
  }
  get code(): string | null {
    return this.place.code;
  }
  get view(): string | null {
    return this.place.view;
  }

  /** Follows the address; answers how to stop. */
  start(): () => void {
    const read = (): void => {
      this.place = parsePlace(location.hash);
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }

  go(section: string, code: string | null = null, view: string | null = null): void {
    location.hash = hrefOf(section, code, view);
    this.place = parsePlace(location.hash);
  }

  /** Goes there without a new step in the window's history. */
  replace(section: string, code: string | null = null, view: string | null = null): void {
    history.replaceState(null, "", hrefOf(section, code, view));
    this.place = parsePlace(location.hash);
  }
}

export const route = new Route();
