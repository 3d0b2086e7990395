import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { ApiKey, NewApiKey } from "./team-types";
import type { Id } from "./types";

/**
 * Takes the key out of the answer that shows it, or null where it was shown
 * before. What a command returns is remembered for a while; the key is not in it.
 */
export type Reveal = (secret: string | null) => void;

const revealing = (reveal: Reveal) => (headers: Headers) => reveal(headers.get("Waybill-Api-Key"));

export const apiKeys = () =>
  queryOptions({
    queryKey: ["api-keys"],
    queryFn: ({ signal }) => read<{ items: ApiKey[] }>("/api-keys", { signal }),
    refetchInterval: 15_000,
  });

export const makeKey = (body: NewApiKey, idempotencyKey: string, reveal: Reveal) =>
  command<ApiKey>("/api-keys", { body, idempotencyKey, onHeaders: revealing(reveal) });

export const rotateKey = (id: Id, overlapHours: number, idempotencyKey: string, reveal: Reveal) =>
  command<ApiKey>(`/api-keys/${id}/rotate`, {
    body: { overlap_hours: overlapHours },
    idempotencyKey,
    onHeaders: revealing(reveal),
  });

export const revokeKey = (id: Id, idempotencyKey: string) =>
  command(`/api-keys/${id}`, { method: "DELETE", idempotencyKey });
