import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { BASE, command, read } from "./client";
import { signedIn, signedOut, tellOtherTabs } from "./session";
import type { Acceptance, InviteOffer } from "./team-types";
import type { Challenge, Id, Me, Registration, SignInProvider, Tokens } from "./types";

export const me = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => read<Me>("/auth/me", { signal }),
    staleTime: 5 * 60_000,
  });

export const inviteOffer = (token: string) =>
  queryOptions({
    queryKey: ["invite", token],
    queryFn: ({ signal }) => read<InviteOffer>(invitePath(token), { signal }),
    // What is offered does not change while it is being read; whether it still holds, accepting tells.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Other ways to sign in than with a password; often there are none. */
export const signInProviders = () =>
  queryOptions({
    queryKey: ["sign-in-providers"],
    queryFn: ({ signal }) => read<{ items: SignInProvider[] }>("/auth/providers", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where a browser goes, as a whole page, to come back signed in. */
export const signInWith = (provider: string) =>
  `${BASE}/auth/oidc/${encodeURIComponent(provider)}/start`;

/** Signs in, or answers with the challenge that a second factor has to meet first. */
export async function signIn(email: string, password: string): Promise<Challenge | null> {
  const { data } = await command<Tokens | Challenge>("/auth/login", { body: { email, password } });
  if ("challenge" in data) return data;
  signedIn(data.access_token, data.expires_in);
  return null;
}

export async function meetChallenge({ challenge }: Challenge, code: string): Promise<void> {
  const body = { challenge, code };
  const { data } = await command<Tokens>("/auth/login/second-factor", { body });
  signedIn(data.access_token, data.expires_in);
}

/** Says the same whether or not there is such an account. */
export const forgotPassword = (email: string) =>
  command("/auth/password/forgot", { body: { email } });

export const resetPassword = (token: string, password: string) =>
  command("/auth/password/reset", { body: { token, password } });

export async function register(body: Registration, idempotencyKey: string): Promise<void> {
  const { data } = await command<Tokens>("/auth/register", { body, idempotencyKey });
  signedIn(data.access_token, data.expires_in);
}

export async function acceptInvite(token: string, body: Acceptance): Promise<void> {
  const { data } = await command<Tokens>(`${invitePath(token)}/accept`, { body });
  signedIn(data.access_token, data.expires_in);
  tellOtherTabs();
}

export async function switchTenant(tenant: Id): Promise<void> {
  const { data } = await command<Tokens>("/auth/switch", { body: { tenant_id: tenant } });
  signedIn(data.access_token, data.expires_in);
  tellOtherTabs();
}

export async function signOut(): Promise<void> {
  await command("/auth/logout");
  signedOut();
}

/** What is known belongs to the session before; who is signed in now is asked at once. */
export async function startAfresh(client: QueryClient): Promise<void> {
  client.removeQueries({
    predicate: ({ queryKey }) => !["me", "invite"].includes(`${queryKey[0]}`),
  });
  await client.cancelQueries({ queryKey: me().queryKey });
  try {
    await client.fetchQuery({ ...me(), staleTime: 0 });
  } catch {
    // Nobody is shown as who they were before; the screen says what is wrong.
    await client.resetQueries({ queryKey: me().queryKey });
  }
}

const invitePath = (token: string) => `/auth/invites/${encodeURIComponent(token)}`;
