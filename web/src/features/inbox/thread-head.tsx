import { Link } from "@tanstack/react-router";
import { ChevronLeft, Info } from "lucide-react";
import type { Chat } from "@/api/types";
import { Button, buttonStyle } from "@/components/ui/button";
import { t } from "@/i18n/catalogue";
import { inboxWords as words } from "@/i18n/en/inbox-words";
import { Avatar } from "./avatar";
import { nameOf, type Whom } from "./whom";

type Props = { chat: Chat; whom: Whom; onBack: () => void; onDetails: () => void };

/** Whom the conversation is with, and which of our numbers it is over. */
export function ThreadHead({ chat, whom, onBack, onDetails }: Props) {
  const name = nameOf(chat, whom);
  const known = whom === "hidden" ? words.hidden : chat.is_group ? words.group : chat.phone;
  const over = chat.profile_name && `${t.inbox.viaNumber} ${chat.profile_name}`;
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b px-3 sm:px-4">
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t.inbox.back}
        className="lg:hidden"
        onClick={onBack}
      >
        <ChevronLeft aria-hidden="true" className="size-5 rtl:rotate-180" />
      </Button>
      <Avatar name={chat.contact_name ?? ""} group={chat.is_group} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold">{name}</h2>
        <p className="tnum truncate text-xs text-faint">
          {[known !== name && known, over].filter(Boolean).join(" · ")}
        </p>
      </div>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t.inbox.showContact}
        className="xl:hidden"
        onClick={onDetails}
      >
        <Info aria-hidden="true" className="size-4" />
      </Button>
    </header>
  );
}

/** Where it goes on with somebody whose number became known. */
export function Continued({ chatId }: { chatId: string }) {
  return (
    <p className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-t bg-info-wash px-4 py-2.5 text-info">
      <span className="min-w-0 flex-1 basis-56">{words.continued}</span>
      <Link to="/inbox" search={{ chat: chatId }} className={buttonStyle({ size: "sm" })}>
        {words.openContinued}
      </Link>
    </p>
  );
}
