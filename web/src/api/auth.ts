import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import { signedIn, signedOut } from "./session";
import type { Me, Registration, Tokens } from "./types";

export const me = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => read<Me>("/auth/me", { signal }),
    staleTime: 5 * 60_000,
  });

export async function signIn(email: string, password: string): Promise<void> {
  const { data } = await command<Tokens>("/auth/login", { body: { email, password } });
  signedIn(data.access_token, data.expires_in);
}

export async function register(body: Registration, idempotencyKey: string): Promise<void> {
  const { data } = await command<Tokens>("/auth/register", { body, idempotencyKey });
  signedIn(data.access_token, data.expires_in);
}

export async function signOut(): Promise<void> {
  await command("/auth/logout");
  signedOut();
}
