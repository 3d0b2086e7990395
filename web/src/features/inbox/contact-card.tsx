import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { chat as one } from "@/api/chats";
import { contact, contactTimeline } from "@/api/contacts";
import { ApiError } from "@/api/problem";
import type { Chat } from "@/api/types";
import { ConsentBadge } from "@/components/status-badge";
import { Timeline } from "@/components/timeline";
import { Badge } from "@/components/ui/badge";
import { buttonStyle } from "@/components/ui/button";
import { Definition } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { useMay } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { inboxWords } from "@/i18n/en/inbox-words";
import { when } from "@/i18n/format";
import { Avatar } from "./avatar";
import { contactOf, nameOf, useWhom } from "./whom";

export function ContactCard({ chatId }: { chatId: string }) {
  const query = useQuery(one(chatId));
  return (
    <Loaded query={query} what={t.inbox.contact}>
      {(chat) => <Details chat={chat} />}
    </Loaded>
  );
}

/** A card of the contact, or why there is none. */
function Details({ chat }: { chat: Chat }) {
  const whom = useWhom(chat);
  const contactId = contactOf(chat);
  if (contactId) return <Card contactId={contactId} />;
  const hints = {
    person: t.inbox.noContact,
    hidden: inboxWords.hiddenHint,
    group: inboxWords.groupHint,
    erased: t.erasing.erasedHint,
    unknown: inboxWords.unknownHint,
  };
  const name = nameOf(chat, whom);
  const badges = { hidden: inboxWords.hidden, group: inboxWords.group };
  const badge = whom === "hidden" || whom === "group" ? badges[whom] : null;
  return (
    <Note
      title={name}
      mark={
        whom !== "erased" && <Avatar name={chat.contact_name ?? ""} group={chat.is_group} large />
      }
      badge={badge !== name && badge}
    >
      {hints[whom]}
    </Note>
  );
}

type NoteProps = {
  title: string;
  mark?: ReactNode;
  badge?: string | false | null;
  children: string;
};

function Note({ title, mark, badge, children }: NoteProps) {
  return (
    <div className="flex flex-col items-center gap-1.5 p-5 pt-6 text-center">
      {mark}
      <p className="tnum max-w-full font-medium break-words">{title}</p>
      {badge && <Badge>{badge}</Badge>}
      <p className="text-pretty text-soft">{children}</p>
    </div>
  );
}

function Card({ contactId }: { contactId: string }) {
  const query = useQuery(contact(contactId));
  const timeline = useQuery(contactTimeline(contactId));
  const mayRead = useMay("media.read");
  if (query.error instanceof ApiError && query.error.status === 404) {
    return <Note title={t.erasing.gone}>{t.erasing.goneHint}</Note>;
  }
  return (
    <Loaded query={query} what={t.inbox.contact} skeleton={<SkeletonRows rows={5} />}>
      {(data) => (
        <div className="flex flex-col gap-4 p-4">
          <div className="flex flex-col items-center gap-1 pt-2 text-center">
            <Avatar name={data.name || data.phone} large />
            <p className="mt-1 max-w-full truncate text-base font-semibold">
              {data.name || t.contacts.noName}
            </p>
            <p className="tnum text-soft">{data.phone}</p>
            <div className="mt-1 flex flex-wrap justify-center gap-1">
              <ConsentBadge consent={data.consent} />
              {data.blocked && <Badge tone="bad">{t.contacts.blocked}</Badge>}
              {data.tags.map((tag) => (
                <Badge key={tag}>{tag}</Badge>
              ))}
            </div>
          </div>
          <Link to="/contacts" search={{ open: data.id }} className={buttonStyle({ size: "sm" })}>
            {t.inbox.openContact}
          </Link>
          {mayRead && (
            <Link
              to="/media"
              search={{ contact: data.id }}
              className={buttonStyle({ size: "sm", look: "quiet" })}
            >
              {t.inbox.filesOf}
            </Link>
          )}
          <dl className="divide-y border-y">
            {Object.entries(data.fields).map(([name, value]) => (
              <Definition key={name} term={name}>
                {value}
              </Definition>
            ))}
            <Definition term={t.contacts.added}>{when(data.created_at)}</Definition>
          </dl>
          <section>
            <h3 className="mb-2 text-xs font-medium text-faint">{t.contacts.timeline}</h3>
            <Loaded query={timeline} what={t.contacts.timeline}>
              {({ items }) => <Timeline items={items.slice(0, 12)} label={t.contacts.timeline} />}
            </Loaded>
          </section>
        </div>
      )}
    </Loaded>
  );
}
