import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Certificate, Id, Page, Retention } from "./types";

export const retention = () =>
  queryOptions({
    queryKey: ["privacy", "retention"],
    queryFn: ({ signal }) => read<Retention>("/privacy/retention", { signal }),
  });

export const erasures = () =>
  infiniteQueryOptions({
    queryKey: ["privacy", "erasures"],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Certificate>>("/privacy/erasures", {
        query: { cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const contactExport = (id: Id) => `/contacts/${id}/export`;

/** For good: the number that was typed is the consent to it. */
export const eraseContact = (id: Id, confirm: string, idempotencyKey: string) =>
  command<Certificate>(`/contacts/${id}/erase`, { body: { confirm }, idempotencyKey });
