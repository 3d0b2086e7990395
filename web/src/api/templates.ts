import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Id, Page, ProviderTemplate, SyncAccepted } from "./types";

/** All that providers have told of, also what they do not have any more: an account has some hundreds at most. */
export const templateList = () =>
  queryOptions({
    queryKey: ["templates", "list"],
    queryFn: async ({ signal }) => {
      const all: ProviderTemplate[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<ProviderTemplate> = await read("/templates", {
          query: { gone: true, cursor, limit: 200 },
          signal,
        });
        all.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return all;
    },
    staleTime: 10_000,
    refetchInterval: 30_000,
  });

export const template = (id: Id) =>
  queryOptions({
    queryKey: ["templates", "one", id],
    queryFn: ({ signal }) => read<ProviderTemplate>(`/templates/${id}`, { signal }),
  });

/** The providers answer after this does. */
export const syncTemplates = (idempotencyKey: string) =>
  command<SyncAccepted>("/templates/sync", { idempotencyKey });
