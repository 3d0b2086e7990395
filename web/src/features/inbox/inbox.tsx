import { MessagesSquare } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { isMade } from "@/components/compose/made";
import { LiveMark, StaleBanner } from "@/components/live-banner";
import { cn } from "@/components/ui/class-names";
import { SearchBox } from "@/components/ui/filters";
import { Segments } from "@/components/ui/segments";
import { Empty } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { useAttached } from "./attached";
import { ChatList } from "./chat-list";
import { ContactCard } from "./contact-card";
import { type Pending, useOutbox } from "./outbox";
import type { InboxSearch } from "./search";
import { Thread } from "./thread";
import { useChatEvents } from "./use-chat-events";

const ContactSheet = lazy(() => import("./contact-sheet"));

type Props = { search: InboxSearch; onChange: (part: Partial<InboxSearch>) => void };

export function Inbox({ search, onChange }: Props) {
  const live = useChatEvents();
  const outbox = useOutbox();
  const attached = useAttached();
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const [details, setDetails] = useState(false);
  const { chat } = search;
  const takeBack = (reply: Pending) => {
    const made = reply.enclosed?.attachment;
    if (!made || !isMade(made)) return;
    outbox.takeBack(reply);
    attached.addMade(reply.chatId, made, reply.wrong);
    if (reply.text)
      setDrafts((all) => ({ ...all, [reply.chatId]: all[reply.chatId] || reply.text }));
  };
  return (
    <div className="relative grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)] lg:grid-cols-[20rem_minmax(0,1fr)] xl:grid-cols-[20rem_minmax(0,1fr)_18rem]">
      <h1 className="sr-only">{t.inbox.title}</h1>
      <section
        aria-label={t.inbox.list}
        className={cn("flex min-h-0 min-w-0 flex-col border-e bg-surface", chat && "max-lg:hidden")}
      >
        <header className="flex flex-col gap-2.5 border-b px-3 pt-4 pb-2.5">
          <div className="flex items-center justify-between">
            <p
              aria-hidden="true"
              className="text-[1.1875rem] leading-7 font-semibold tracking-[-0.012em]"
            >
              {t.inbox.title}
            </p>
            <LiveMark live={live} />
          </div>
          <StaleBanner live={live} />
          <div className="flex gap-2">
            <SearchBox
              label={t.inbox.searchHint}
              value={search.q ?? ""}
              onChange={(q) => onChange({ q: q || undefined })}
              className="min-w-0 sm:max-w-none"
            />
            <Segments
              label={t.inbox.list}
              value={search.unread ? "unread" : "all"}
              onChange={(value) => onChange({ unread: value === "unread" || undefined })}
              options={[
                { value: "all", label: t.inbox.all },
                { value: "unread", label: t.inbox.unread },
              ]}
            />
          </div>
        </header>
        <ChatList
          search={search}
          onOpen={(id) => onChange({ chat: id })}
          onClear={() => onChange({ q: undefined, unread: undefined })}
        />
      </section>
      <section
        aria-label={t.inbox.thread}
        className={cn(
          "flex min-h-0 min-w-0 flex-col bg-surface",
          !chat && "max-lg:hidden xl:col-span-2",
        )}
      >
        {chat ? (
          <Thread
            key={chat}
            id={chat}
            pending={outbox.pending}
            draft={drafts[chat] ?? ""}
            onDraft={(text) => setDrafts((all) => ({ ...all, [chat]: text }))}
            attached={attached}
            onSend={(text, enclosed) => outbox.send(chat, text, enclosed)}
            onRetry={outbox.retry}
            onTakeBack={takeBack}
            onBack={() => onChange({ chat: undefined })}
            onDetails={() => setDetails(true)}
          />
        ) : (
          <div className="flex flex-1 items-center justify-center">
            <Empty
              title={t.inbox.pick}
              art={<MessagesSquare aria-hidden="true" className="size-8" strokeWidth={1.4} />}
            >
              {t.inbox.pickHint}
            </Empty>
          </div>
        )}
      </section>
      {chat && (
        <aside
          aria-label={t.inbox.contact}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="hidden overflow-y-auto border-s focus-visible:-outline-offset-2 xl:block"
        >
          <ContactCard chatId={chat} />
        </aside>
      )}
      <Suspense>
        {chat && details && <ContactSheet chatId={chat} onClose={() => setDetails(false)} />}
      </Suspense>
    </div>
  );
}
