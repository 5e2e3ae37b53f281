import type { Lists, Named } from "../api/generated";
import { type Section } from "./route.svelte";

const EMPTY: Lists = {
  roles: [],
  sites: [],
  teams: [],
  suppliers: [],
  services: [],
  activities: [],
  service_kinds: [],
  evidence: [],
};

/** The choices that fields offer, and which kind of record a code names. */
class Choices {
  lists = $state.raw<Lists>(EMPTY);
  #sections = $derived.by(() => {
    const all = new Map<string, { section: Section; name: string }>();
    const put = (records: Named[], section: Section): void =>
      records.forEach((r) => all.set(r.code, { section, name: r.name }));
    put(this.lists.roles, "people");
    put(this.lists.services, "services");
    put(this.lists.activities, "activities");
    return all;
  });

  clear(): void {
    this.lists = EMPTY;
  }

  /** Where the record with this code is shown. */
  sectionOfCode(code: string): Section | null {
    return this.#sections.get(code)?.section ?? null;
  }

  /** What the record is called; its code where that is not known. */
  nameOf(code: string): string {
    return this.#sections.get(code)?.name ?? code;
  }
}

export const choices = new Choices();
/** The tables behind the choices. */
export const CHOICE_TAGS = ["role", "site", "team", "supplier", "service", "activity"];
