import { type InfiniteData, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type {
  Attachment,
  Chat,
  ChatMessage,
  ChatMessageStatus,
  FileState,
  Id,
  Page,
  ReplyQueued,
} from "./types";

export type ChatFilter = { q?: string; unread?: boolean };

export const chatList = (filter: ChatFilter) =>
  infiniteQueryOptions({
    queryKey: ["chats", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Chat>>("/chats", { query: { ...filter, cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (old) => old,
    refetchInterval: (query) => {
      const last = query.state.data?.pages[0]?.items.flatMap((chat) => chat.last_message ?? []);
      return Math.min(30_000, nextLook(last ?? []) || 30_000);
    },
  });

export const unreadChats = () =>
  queryOptions({
    queryKey: ["chats", "unread"],
    queryFn: ({ signal }) =>
      read<Page<Chat>>("/chats", { query: { unread: true, limit: 50 }, signal }),
    refetchInterval: 15_000,
  });

export const chat = (id: Id) =>
  queryOptions({
    queryKey: ["chats", "one", id],
    queryFn: ({ signal }) => read<Chat>(`/chats/${id}`, { signal }),
  });

const messagePage = (id: Id, cursor: string | null, signal: AbortSignal) =>
  read<Page<ChatMessage>>(`/chats/${id}/messages`, { query: { cursor, limit: 50 }, signal });

export const chatMessages = (id: Id) =>
  infiniteQueryOptions({
    queryKey: ["chats", "messages", id],
    queryFn: ({ pageParam, signal }) => messagePage(id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/**
 * How often an open conversation is looked at without an event. Events tell of what was said in
 * it, not of what a campaign sent to the person, nor of a name or a number that becomes known.
 */
export const LOOK_MS = 5000;

/** Reads only the newest page of a thread that is open, and puts it before what is known of it. */
export const newestMessages = (id: Id) =>
  queryOptions({
    queryKey: ["chats", "newest", id],
    queryFn: async ({ client, signal }) => {
      const newest = await messagePage(id, null, signal);
      client.setQueryData(chatMessages(id).queryKey, (known) => known && withNewest(known, newest));
      return newest;
    },
    refetchInterval: (query) => nextLook(query.state.data?.items ?? []) || LOOK_MS,
    // All pages are read then.
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

type Thread = InfiniteData<Page<ChatMessage>>;

/** Earlier pages stay, unless more was said since than a page has: then nothing is known between. */
export function withNewest({ pages, pageParams }: Thread, newest: Page<ChatMessage>): Thread {
  const [first, ...earlier] = pages;
  const read = new Set(newest.items.map(({ id }) => id));
  const last = first ? first.items.findLastIndex(({ id }) => read.has(id)) : -1;
  if (!first || last < 0 || newest.next_cursor === null) {
    return { pages: [newest], pageParams: [null] };
  }
  const rest = first.items.slice(last + 1);
  const next_cursor = rest.length + earlier.length > 0 ? first.next_cursor : newest.next_cursor;
  return {
    pages: [{ ...newest, items: [...newest.items, ...rest], next_cursor }, ...earlier],
    pageParams,
  };
}

/**
 * When to look again for what became of replies and files: events tell of what was
 * said, not of its delivery. Most replies are delivered and read soon or never.
 */
export function nextLook(
  messages: {
    at: string;
    status: ChatMessageStatus | null;
    file?: Pick<FileState, "state"> | null;
  }[],
  now = Date.now(),
): number | false {
  const fresh = messages.filter((message) => now - Date.parse(message.at) < 10 * 60_000);
  const has = (...states: ChatMessageStatus[]) =>
    fresh.some((message) => message.status !== null && states.includes(message.status));
  if (has("queued", "sending")) return 1000;
  // A file is fetched from the provider after its message has been told of.
  if (fresh.some((message) => message.file?.state === "pending")) return 2000;
  return has("sent", "delivered", "uncertain") ? 4000 : false;
}

/** The client's id makes the reply idempotent: sending it again changes nothing. */
export const sendReply = (chatId: Id, id: Id, text: string, attachment: Attachment | null) =>
  command<ReplyQueued>(`/chats/${chatId}/messages`, {
    body: { id, text, ...(attachment && { attachment }) },
    idempotencyKey: id,
  });

export const markRead = (chatId: Id) => command(`/chats/${chatId}/read`);
