import { queryOptions } from "@tanstack/react-query";
import { type Accepted, BASE, command, read } from "./client";
import type { Enrolment, Id, RecoveryCodes, Security } from "./types";

/** How the person who asks can sign in. */
export const security = () =>
  queryOptions({
    queryKey: ["security"],
    queryFn: ({ signal }) => read<Security>("/auth/security", { signal }),
  });

export const changePassword = (current: string, password: string) =>
  command("/auth/password", { body: { current, password } });

/** What is shown once goes to the screen that shows it, past what remembers answers. */
export type Reveal<T> = (shown: T) => void;

async function revealing<T>(
  accepted: Promise<Accepted<T>>,
  reveal: Reveal<T>,
): Promise<Accepted<undefined>> {
  const { data, position } = await accepted;
  reveal(data);
  return { data: undefined, position };
}

export const beginSecondFactor = (password: string, reveal: Reveal<Enrolment>) =>
  revealing(command<Enrolment>("/auth/second-factor", { body: { password } }), reveal);

export const confirmSecondFactor = (code: string, reveal: Reveal<RecoveryCodes>) =>
  revealing(command<RecoveryCodes>("/auth/second-factor/confirm", { body: { code } }), reveal);

export const renewRecoveryCodes = (password: string, reveal: Reveal<RecoveryCodes>) =>
  revealing(
    command<RecoveryCodes>("/auth/second-factor/recovery-codes", { body: { password } }),
    reveal,
  );

export const endSecondFactor = (password: string, code: string) =>
  command("/auth/second-factor", { method: "DELETE", body: { password, code } });

/** Where a browser goes, as a whole page, to connect a provider to who is signed in. */
export const connectWith = (provider: string) =>
  `${BASE}/auth/oidc/${encodeURIComponent(provider)}/connect`;

export const disconnect = (id: Id) => command(`/auth/identities/${id}`, { method: "DELETE" });

export const OWN_EXPORT = "/auth/export";

export const eraseAccount = (password: string) => command("/auth/erase", { body: { password } });
