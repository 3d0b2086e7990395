/** The state of the screen of numbers as it stands in the URL: at most one of these is open. */
export type NumbersSearch = {
  /** A number, and what is shown of it. */
  open?: string;
  tab?: Tab;
  /** A number whose device is being linked. */
  link?: string;
  /** A package that a number is added to. */
  add?: string;
  /** A package whose settings are changed. */
  settings?: string;
  /** A package of which it is asked how it would send. */
  preview?: string;
  /** A package is being made. */
  new?: true;
};

export const TABS = ["overview", "health", "change", "groups"] as const;
export type Tab = (typeof TABS)[number];

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function readSearch(search: Record<string, unknown>): NumbersSearch {
  return {
    open: text(search.open),
    tab: TABS.find((tab) => tab === search.tab),
    link: text(search.link),
    add: text(search.add),
    settings: text(search.settings),
    preview: text(search.preview),
    new: search.new === true || undefined,
  };
}
