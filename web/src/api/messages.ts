import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Id, Message, MessageDetail, MessageEvent, Page, Settlement } from "./types";

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

export const messageHistory = (id: Id) =>
  queryOptions({
    queryKey: ["messages", "history", id],
    queryFn: ({ signal }) => read<{ items: MessageEvent[] }>(`/messages/${id}/history`, { signal }),
  });

export const settleMessage = (id: Id, decision: Settlement, idempotencyKey: string) =>
  command<Message>(`/messages/${id}/settle`, { body: { decision }, idempotencyKey });
