import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type {
  Biography,
  Campaign,
  CampaignDraft,
  FailureGroup,
  Forecast,
  ForecastRequest,
  Id,
  Message,
  Page,
  TimelineItem,
} from "./types";

export const campaignList = (status?: string) =>
  infiniteQueryOptions({
    queryKey: ["campaigns", "list", status ?? "any"],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Campaign>>("/campaigns", {
        query: { status, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // A running campaign moves; a list without one has no reason to ask again.
    refetchInterval: (query) =>
      query.state.data?.pages.some((p) => p.items.some((c) => c.status === "running"))
        ? 2000
        : 20_000,
  });

export const runningCampaigns = () =>
  queryOptions({
    queryKey: ["campaigns", "running"],
    queryFn: ({ signal }) =>
      read<Page<Campaign>>("/campaigns", { query: { status: "running", limit: 6 }, signal }),
    refetchInterval: (query) => (query.state.data?.items.length ? 2000 : 10_000),
  });

export const campaign = (id: Id) =>
  queryOptions({
    queryKey: ["campaigns", "one", id],
    queryFn: ({ signal }) => read<Campaign>(`/campaigns/${id}`, { signal }),
  });

export const campaignForecast = (request: ForecastRequest | null) =>
  queryOptions({
    queryKey: ["campaigns", "forecast", request],
    queryFn: async ({ signal }) =>
      (await command<Forecast>("/campaigns/forecast", { body: request, signal })).data,
    enabled: request !== null,
    staleTime: 15_000,
    placeholderData: (old) => old,
  });

export type RecipientFilter = { status?: string; reason?: string; q?: string };

export const campaignMessages = (id: Id, filter: RecipientFilter) =>
  infiniteQueryOptions({
    queryKey: ["campaigns", "messages", id, filter],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Message>>(`/campaigns/${id}/messages`, {
        query: { ...filter, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Why a contact got the campaign's message, or was left out; refused for who was not in its audience. */
export const campaignRecipient = (id: Id, contactId: Id) =>
  queryOptions({
    queryKey: ["campaigns", "recipient", id, contactId],
    queryFn: ({ signal }) =>
      read<Biography>(`/campaigns/${id}/recipients/${contactId}`, { signal }),
    retry: false,
  });

export const campaignFailures = (id: Id) =>
  queryOptions({
    queryKey: ["campaigns", "failures", id],
    queryFn: ({ signal }) =>
      read<{ items: FailureGroup[] }>(`/campaigns/${id}/failures`, { signal }),
  });

export const campaignTimeline = (id: Id) =>
  queryOptions({
    queryKey: ["campaigns", "timeline", id],
    queryFn: ({ signal }) =>
      read<{ items: TimelineItem[] }>(`/campaigns/${id}/timeline`, { signal }),
  });

export const createCampaign = (draft: CampaignDraft, idempotencyKey: string) =>
  command<Campaign>("/campaigns", { body: draft, idempotencyKey });

export const updateCampaign = (id: Id, draft: CampaignDraft) =>
  command<Campaign>(`/campaigns/${id}`, { method: "PUT", body: draft });

export const deleteCampaign = (id: Id) => command(`/campaigns/${id}`, { method: "DELETE" });

export type CampaignAction = "start" | "pause" | "resume" | "cancel";

export const actOnCampaign = (id: Id, action: CampaignAction, idempotencyKey: string) =>
  command<Campaign>(`/campaigns/${id}/${action}`, { idempotencyKey });

/** The latest campaigns by name, for jumping to one. */
export const recentCampaigns = () =>
  queryOptions({
    queryKey: ["campaigns", "recent"],
    queryFn: ({ signal }) => read<Page<Campaign>>("/campaigns", { query: { limit: 50 }, signal }),
    staleTime: 30_000,
  });
