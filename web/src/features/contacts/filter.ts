import type { ContactFilter } from "@/api/contacts";

/** The state of the contacts screen as it stands in the URL. */
export type ContactSearch = {
  q?: string;
  tag?: string;
  list?: string;
  consent?: string;
  blocked?: boolean;
  sort?: string;
  open?: string;
  add?: boolean;
  /** The tool that checks numbers is open. */
  check?: boolean;
};

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): ContactSearch {
  return {
    q: text(search.q),
    tag: text(search.tag),
    list: text(search.list),
    consent: text(search.consent),
    blocked: search.blocked === true || undefined,
    sort: text(search.sort),
    open: text(search.open),
    add: search.add === true || undefined,
    check: search.check === true || undefined,
  };
}

export function toFilter(search: ContactSearch): ContactFilter {
  return {
    q: search.q,
    tag: search.tag,
    list_id: search.list,
    consent: search.consent,
    blocked: search.blocked,
    sort: search.sort ?? "-created_at",
  };
}

export function isFiltered(search: ContactSearch): boolean {
  return Boolean(search.q || search.tag || search.list || search.consent || search.blocked);
}
