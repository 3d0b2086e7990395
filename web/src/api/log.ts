import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { HistoryEvent, Page, Projections } from "./types";

export const projections = () =>
  queryOptions({
    queryKey: ["projections"],
    queryFn: ({ signal }) => read<Projections>("/projections", { signal }),
    refetchInterval: (query) =>
      query.state.data?.items.some((p) => p.state === "rebuilding") ? 700 : 3000,
  });

export const rebuildProjection = (name: string, idempotencyKey: string) =>
  command(`/projections/${encodeURIComponent(name)}/rebuild`, { idempotencyKey });

export const streamHistory = (category: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ["history", category, id],
    queryFn: ({ pageParam, signal }) =>
      read<Page<HistoryEvent>>(
        `/history/${encodeURIComponent(category)}/${encodeURIComponent(id)}`,
        { query: { cursor: pageParam, limit: 100 }, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: category !== "" && id !== "",
    retry: false,
  });
