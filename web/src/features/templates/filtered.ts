import type { ProviderTemplate } from "@/api/types";
import { isMatch, standing } from "@/components/templates/template";
import type { TemplateSearch } from "./search";

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
