import type { ApiError } from "@/api/problem";
import { t } from "@/i18n/catalogue";

/** Messages by field; what is wrong with the person stands at their email. */
export function inviteErrors(error: ApiError): Record<string, string> {
  const known = error.code === "already_member" || error.code === "already_invited";
  return known ? { email: t.refusals[error.code] ?? error.message } : error.fields;
}
