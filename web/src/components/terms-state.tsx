import { isAccepted } from "@/api/terms";
import type { Terms } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";

/** Who accepted the terms and when, or that nobody did. */
export function TermsState({ terms }: { terms: Terms }) {
  const { accepted } = terms;
  if (!accepted) return t.terms.notYet;
  return isAccepted(terms)
    ? t.terms.acceptedBy(accepted.by ?? t.terms.someone, when(accepted.at))
    : t.terms.outdated;
}
