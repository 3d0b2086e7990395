import { t } from "@/i18n/catalogue";

/** What coming back from a provider means, in words; null where nobody came back. */
export function ssoMessage(code: string | undefined): string | null {
  if (!code) return null;
  return Object.hasOwn(t.signIn.sso, code) ? (t.signIn.sso[code] ?? null) : t.signIn.ssoUnknown;
}
