import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Biography, Id, Message, MessageDetail, Page, Settlement } from "./types";

export const uncertainMessages = (campaignId?: Id) =>
  queryOptions({
    queryKey: ["messages", "uncertain", campaignId ?? "all"],
    queryFn: ({ signal }) =>
      read<Page<Message>>("/messages", {
        query: { status: "uncertain", campaign_id: campaignId, limit: 50 },
        signal,
      }),
    refetchInterval: 10_000,
  });

export const message = (id: Id) =>
  queryOptions({
    queryKey: ["messages", "one", id],
    queryFn: ({ signal }) => read<MessageDetail>(`/messages/${id}`, { signal }),
  });

/** Why it was sent or was not: the first chapter first, each with the place of its cause. */
export const messageBiography = (id: Id) =>
  queryOptions({
    queryKey: ["messages", "biography", id],
    queryFn: ({ signal }) => read<Biography>(`/messages/${id}/biography`, { signal }),
  });

export const settleMessage = (id: Id, decision: Settlement, idempotencyKey: string) =>
  command<Message>(`/messages/${id}/settle`, { body: { decision }, idempotencyKey });
