import { t } from "@/i18n/catalogue";

/** Why a row did not become a contact, in words. */
export const reasonText = (reason: string): string =>
  t.imports.reasons[reason] ?? reason.replaceAll("_", " ");
