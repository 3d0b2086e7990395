import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Terms } from "./types";

export const terms = () =>
  queryOptions({
    queryKey: ["terms"],
    queryFn: ({ signal }) => read<Terms>("/terms", { signal }),
    staleTime: 60_000,
  });

export const acceptTerms = (version: string, idempotencyKey: string) =>
  command<Terms>("/terms/accept", { body: { version }, idempotencyKey });

/** Accepted in the version that holds now; an older one does not count. */
export const isAccepted = ({ version, accepted }: Terms): boolean => accepted?.version === version;
