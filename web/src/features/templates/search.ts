/** The state of the screen of templates as it stands in the URL. */
export type TemplateSearch = {
  q?: string;
  status?: string;
  language?: string;
  /** The provider's id of a business account. */
  account?: string;
  open?: string;
};

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): TemplateSearch {
  return {
    q: text(search.q),
    status: text(search.status),
    language: text(search.language),
    account: text(search.account),
    open: text(search.open),
  };
}

export const NO_FILTER = {
  q: undefined,
  status: undefined,
  language: undefined,
  account: undefined,
} satisfies TemplateSearch;

export const isFiltered = ({ q, status, language, account }: TemplateSearch): boolean =>
  Boolean(q || status || language || account);
