import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef } from "react";
import { chatMessages, markRead, newestMessages } from "@/api/chats";
import type { Chat } from "@/api/types";
import { useDrop } from "@/components/media/use-drop";
import { Button } from "@/components/ui/button";
import { ErrorPanel, Loaded, Outdated, SkeletonRows } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { useNow } from "@/components/use-now";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import type { AttachedHere } from "./attached";
import { Bubble, DayMark, PendingBubble } from "./bubble";
import { ClosedWindow } from "./closed-window";
import { Composer } from "./composer";
import { type Enclosed, type Pending, unseen } from "./outbox";
import { Continued, ThreadHead } from "./thread-head";
import { useOpenChat } from "./use-open-chat";
import { useProvider } from "./use-provider";
import { useWhom } from "./whom";

type Props = {
  id: string;
  pending: Pending[];
  draft: string;
  attached: AttachedHere;
  onDraft: (text: string) => void;
  onSend: (text: string, enclosed: Enclosed[]) => void;
  onRetry: (reply: Pending) => void;
  onTakeBack: (reply: Pending) => void;
  onBack: () => void;
  onDetails: () => void;
};

export function Thread(props: Props) {
  const query = useOpenChat(props.id);
  return (
    <Loaded query={query} what={t.inbox.thread} skeleton={<SkeletonRows rows={8} />}>
      {(chat) => <Open chat={chat} {...props} />}
    </Loaded>
  );
}

function Open({
  chat,
  pending,
  draft,
  attached,
  onDraft,
  onSend,
  onRetry,
  onTakeBack,
  onBack,
  onDetails,
}: Props & { chat: Chat }) {
  useReading(chat);
  const now = useNow(15_000);
  const whom = useWhom(chat);
  const { provider, providers } = useProvider(chat);
  // What is not known of the number is no reason to let a reply go where none may.
  const hasWindow = !chat.is_group && (provider?.abilities.has_window ?? true);
  const left = chat.window_expires_at ? Date.parse(chat.window_expires_at) - now : 0;
  const open = !hasWindow || left > 0;
  const mayNotUpload = useWhyNot("media.write");
  const { over, handlers } = useDrop(
    (files) => attached.addFiles(chat.id, files),
    open && whom !== "erased" && !mayNotUpload,
  );
  return (
    <div className="relative flex min-h-0 flex-1 flex-col" {...handlers}>
      <ThreadHead chat={chat} whom={whom} onBack={onBack} onDetails={onDetails} />
      <Messages chat={chat} pending={pending} onRetry={onRetry} onTakeBack={onTakeBack} />
      {chat.continued_in && <Continued chatId={chat.continued_in} />}
      {whom === "erased" ? (
        <p className="shrink-0 border-t px-4 py-3 text-soft">{t.erasing.noReply}</p>
      ) : open ? (
        <Composer
          chat={chat}
          left={hasWindow ? left : null}
          provider={provider}
          providers={providers}
          draft={draft}
          attached={attached}
          onDraft={onDraft}
          onSend={onSend}
        />
      ) : (
        <ClosedWindow chat={chat} provider={provider} onSend={onSend} />
      )}
      {over && (
        <p className="pointer-events-none absolute inset-3 z-10 flex items-center justify-center rounded-xl border-2 border-dashed border-accent-ink bg-accent-wash/90 text-base font-medium text-accent-ink">
          {mediaWords.dropOne}
        </p>
      )}
    </div>
  );
}

/** What is open in front of a person has been read. */
function useReading(chat: Chat) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: markRead,
    onSuccess: (_result, id) => {
      for (const key of [["list"], ["unread"], ["one", id]]) {
        void client.invalidateQueries({ queryKey: ["chats", ...key] });
      }
    },
  });
  const { mutate } = read;
  useEffect(() => {
    if (chat.unread === 0) return;
    const mark = () => {
      if (document.visibilityState === "visible") mutate(chat.id);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [chat.id, chat.unread, mutate]);
}

type MessagesProps = Pick<Props, "pending" | "onRetry" | "onTakeBack"> & { chat: Chat };

function Messages({ chat, pending, onRetry, onTakeBack }: MessagesProps) {
  const query = useInfiniteQuery(chatMessages(chat.id));
  const there = query.data !== undefined;
  const newest = useQuery({
    ...newestMessages(chat.id),
    enabled: there,
    initialData: () => query.data?.pages[0],
  });
  const failed = [query, newest].find(({ isError }) => isError);
  const known = query.data?.pages.flatMap((page) => page.items) ?? [];
  const waiting = unseen(pending, chat.id, known);
  const shown = known.toReversed();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = waiting.at(-1)?.id ?? known[0]?.id;
  useLayoutEffect(() => {
    // Only someone who was reading the end is taken to the new end.
    if (last && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);

  useEffect(() => {
    const node = box.current;
    if (!there || !node) return;
    // So is somebody from whom the composer takes room, or whose messages grow as files arrive.
    const sized = new ResizeObserver(() => {
      if (atEnd.current) node.scrollTop = node.scrollHeight;
    });
    sized.observe(node);
    if (node.firstElementChild) sized.observe(node.firstElementChild);
    return () => sized.disconnect();
  }, [there]);

  if (!query.data) {
    return (
      <div className="flex-1">
        {query.isError ? (
          <ErrorPanel what={t.inbox.thread} error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <SkeletonRows rows={6} />
        )}
      </div>
    );
  }
  return (
    <>
      {failed && (
        <Outdated
          what={t.inbox.thread}
          error={failed.error}
          at={query.dataUpdatedAt}
          onRetry={() => failed.refetch()}
        />
      )}
      <div
        ref={box}
        role="log"
        aria-label={t.inbox.thread}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain bg-sunken px-3 py-4 focus-visible:-outline-offset-2 sm:px-6"
        onScroll={(event) => {
          const node = event.currentTarget;
          atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
        }}
      >
        <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end gap-1">
          {query.hasNextPage && (
            <Button
              size="sm"
              look="quiet"
              className="self-center"
              pending={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t.inbox.earlier}
            </Button>
          )}
          {shown.length === 0 && waiting.length === 0 && (
            <p className="self-center text-soft">{t.inbox.noMessages}</p>
          )}
          {shown.map((message, index) => (
            <div key={message.id} className="contents">
              <DayMark at={message.at} after={shown[index - 1]?.at} />
              <Bubble message={message} />
            </div>
          ))}
          {waiting.map((reply) => (
            <PendingBubble
              key={reply.id}
              reply={reply}
              onRetry={() => onRetry(reply)}
              onTakeBack={() => onTakeBack(reply)}
            />
          ))}
        </div>
      </div>
    </>
  );
}
