import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { read, search } from "./client";
import type { AuditDetail, AuditEntry, AuditOutcome, Id, Instant, Page } from "./types";

export type AuditFilter = {
  q?: string;
  actor?: string;
  action?: string;
  outcome?: AuditOutcome;
  target?: Id;
  from?: Instant;
  to?: Instant;
};

export const auditTrail = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      read<Page<AuditEntry>>("/audit", {
        query: { ...filter, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (old) => old,
  });

export const auditEntry = (id: Id) =>
  queryOptions({
    queryKey: ["audit", "one", id],
    queryFn: ({ signal }) => read<AuditDetail>(`/audit/${id}`, { signal }),
    // What happened does not change; only an address may be erased from it.
    staleTime: 60_000,
  });

export const auditActions = () =>
  queryOptions({
    queryKey: ["audit", "actions"],
    queryFn: ({ signal }) => read<{ items: string[] }>("/audit/actions", { signal }),
    staleTime: 5 * 60_000,
  });

export const auditExport = (filter: AuditFilter) => `/audit/export${search(filter)}`;
