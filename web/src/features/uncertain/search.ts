/** The state of the screen of uncertain messages as it stands in the URL. */
export type UncertainSearch = {
  campaign?: string;
  number?: string;
  /** The message whose evidence is shown. */
  open?: string;
};

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function readSearch(search: Record<string, unknown>): UncertainSearch {
  return {
    campaign: text(search.campaign),
    number: text(search.number),
    open: text(search.open),
  };
}
