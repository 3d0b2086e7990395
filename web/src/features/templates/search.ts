import type { ProviderTemplate } from "@/api/types";
import { isMatch } from "@/components/templates/template";
import { standing } from "@/components/templates/template-badge";

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

/** Those that were asked for. What the provider does not have any more is shown when it is asked for by name. */
export function filtered(
  templates: readonly ProviderTemplate[],
  { q, status, language, account }: TemplateSearch,
): ProviderTemplate[] {
  return templates.filter(
    (one) =>
      (status ? standing(one) === status : !one.gone) &&
      (!language || one.language === language) &&
      (!account || one.account_id === account) &&
      (!q || isMatch(one, q)),
  );
}
