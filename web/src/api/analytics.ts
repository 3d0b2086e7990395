import { queryOptions } from "@tanstack/react-query";
import { read } from "./client";
import type { Day, Overview } from "./types";

export const overview = () =>
  queryOptions({
    queryKey: ["analytics", "overview"],
    queryFn: ({ signal }) => read<Overview>("/analytics/overview", { signal }),
    refetchInterval: 5000,
  });

export const daily = (from: string, to: string) =>
  queryOptions({
    queryKey: ["analytics", "daily", from, to],
    queryFn: ({ signal }) =>
      read<{ items: Day[] }>("/analytics/daily", { query: { from, to }, signal }),
    refetchInterval: 30_000,
  });
