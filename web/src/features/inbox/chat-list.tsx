import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useEffect } from "react";
import { chatList } from "@/api/chats";
import type { Chat } from "@/api/types";
import { useKeys } from "@/components/shell/keys";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { range, useRows } from "@/components/ui/use-rows";
import { t } from "@/i18n/catalogue";
import { inboxWords } from "@/i18n/en/inbox-words";
import { shortWhen } from "@/i18n/format";
import { Avatar } from "./avatar";
import type { InboxSearch } from "./search";
import { Ticks } from "./ticks";
import { nameOf, type Whom, whomOf } from "./whom";

const ROW = 64;

type Props = {
  search: InboxSearch;
  onOpen: (id: string) => void;
  onClear: () => void;
};

export function ChatList({ search, onOpen, onClear }: Props) {
  const query = useInfiniteQuery(chatList({ q: search.q, unread: search.unread }));
  const chats = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { scroller, from, to, reveal } = useRows({ count: chats.length, height: ROW, spare: 8 });
  const nearEnd = to >= chats.length - 4;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const step = (by: number) => {
    const at = chats.findIndex((chat) => chat.id === search.chat);
    const next = chats[at < 0 ? 0 : Math.max(0, Math.min(chats.length - 1, at + by))];
    if (!next) return;
    reveal(chats.indexOf(next));
    onOpen(next.id);
  };
  useKeys({ j: () => step(1), k: () => step(-1) });

  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={t.inbox.list} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={8} />
    );
  }
  if (chats.length === 0) {
    if (search.q) {
      return (
        <Empty
          title={t.inbox.noMatch}
          action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
        />
      );
    }
    if (search.unread) {
      return (
        <Empty
          title={t.inbox.allRead}
          action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
        />
      );
    }
    return (
      <Empty
        title={t.inbox.none}
        art={<Inbox aria-hidden="true" className="size-8" strokeWidth={1.4} />}
      >
        {t.inbox.noneHint}
      </Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <Outdated
          what={t.inbox.list}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <ul aria-label={t.inbox.list} className="relative" style={{ height: chats.length * ROW }}>
          {range(from, to).map((index) => {
            const chat = chats[index] as Chat;
            return (
              <li
                key={chat.id}
                className="absolute inset-x-0 top-0"
                style={{ height: ROW, transform: `translateY(${index * ROW}px)` }}
              >
                <ChatRow chat={chat} open={chat.id === search.chat} onOpen={onOpen} />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

type RowProps = { chat: Chat; open: boolean; onOpen: (id: string) => void };

function ChatRow({ chat, open, onOpen }: RowProps) {
  const last = chat.last_message;
  const whom = whomOf(chat);
  const name = nameOf(chat, whom);
  return (
    <button
      type="button"
      aria-current={open || undefined}
      onClick={() => onOpen(chat.id)}
      className={cn(
        "flex h-full w-full items-center gap-3 border-b px-3 text-start hover:bg-hover/60 focus-visible:-outline-offset-2",
        open && "bg-accent-wash hover:bg-accent-wash",
      )}
    >
      <Avatar name={chat.contact_name ?? ""} group={chat.is_group} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span
            className={cn(
              "min-w-0 flex-1 truncate",
              chat.unread > 0 ? "font-semibold" : "font-medium",
            )}
          >
            {name}
            {chat.is_group && <span className="sr-only"> {inboxWords.group}</span>}
          </span>
          {last && <span className="tnum text-xs text-faint">{shortWhen(last.at)}</span>}
        </span>
        <span className="flex items-center gap-1.5 text-xs">
          {last?.direction === "out" && last.status && <Ticks status={last.status} />}
          <span
            dir="auto"
            className={cn("min-w-0 flex-1 truncate", chat.unread > 0 ? "text-ink" : "text-soft")}
          >
            {previewOf(chat, whom)}
          </span>
          {chat.unread > 0 && (
            <span className="tnum flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-full bg-accent px-1 text-2xs font-semibold text-on-accent">
              {chat.unread}
              <span className="sr-only"> {t.inbox.unreadCount(chat.unread)}</span>
            </span>
          )}
        </span>
      </span>
    </button>
  );
}

/** The text; of what has none, what it is. */
function previewOf(chat: Chat, whom: Whom): string {
  const last = chat.last_message;
  if (last?.preview) return last.preview;
  if (!last || whom === "erased") return t.inbox.erased;
  return (last.type && t.inbox.previews[last.type]) || t.inbox.noText;
}
