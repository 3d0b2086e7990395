/** The state of the inbox as it stands in the URL. */
export type InboxSearch = { chat?: string; q?: string; unread?: boolean };

export function readSearch(search: Record<string, unknown>): InboxSearch {
  return {
    chat: typeof search.chat === "string" ? search.chat : undefined,
    q:
      typeof search.q === "string" || typeof search.q === "number"
        ? String(search.q) || undefined
        : undefined,
    unread: search.unread === true || undefined,
  };
}
