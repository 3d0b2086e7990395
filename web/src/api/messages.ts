import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Accepted, command, read } from "./client";
import { ApiError } from "./problem";
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

/** A number is narrowed to within its package; a campaign, over everything. */
export type UncertainFilter = { campaign?: Id; number?: { id: Id; package_id: Id } };

export const uncertainList = ({ campaign, number }: UncertainFilter) =>
  infiniteQueryOptions({
    queryKey: ["messages", "uncertain", "list", campaign ?? "any", number?.id ?? "any"],
    queryFn: ({ pageParam, signal }) =>
      number
        ? read<Page<Message>>(`/packages/${number.package_id}/messages`, {
            query: { status: "uncertain", profile_id: number.id, cursor: pageParam, limit: 50 },
            signal,
          })
        : read<Page<Message>>("/messages", {
            query: { status: "uncertain", campaign_id: campaign, cursor: pageParam, limit: 50 },
            signal,
          }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 5000,
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

/** Refusals that are about one message: it is gone, or somebody or a receipt decided it first. */
const DECIDED = [404, 409, 422];

/**
 * Settles several, one after the other, and says how many had been decided meanwhile. What breaks off in between may be
 * asked again under the same key: each message has a key of its own under it.
 */
export async function settleMessages(
  ids: readonly Id[],
  decision: Settlement,
  idempotencyKey: string,
): Promise<Accepted<{ meanwhile: number }>> {
  let position: number | null = null;
  let meanwhile = 0;
  for (const id of ids) {
    try {
      position =
        (await settleMessage(id, decision, `${idempotencyKey}.${id}`)).position ?? position;
    } catch (error) {
      if (!(error instanceof ApiError && DECIDED.includes(error.status))) throw error;
      meanwhile++;
    }
  }
  return { data: { meanwhile }, position };
}
