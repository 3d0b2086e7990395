import { Link } from "@tanstack/react-router";
import type { Message } from "@/api/types";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";
import { when } from "@/i18n/format";

/** What a message belongs to, the number that it went out from, and since when. */
export function About({ message, names }: { message: Message; names: Map<string, string> }) {
  const { campaign_id: campaign, uncertain_deadline: deadline } = message;
  // Once its deadline is over, what changed last is that, not the doubt.
  const isOver = deadline !== null && Date.parse(deadline) <= Date.now();
  return (
    <div className="min-w-0 flex-1 basis-44 max-sm:order-2 max-sm:basis-full">
      <p className="truncate">
        {campaign ? (
          <Link
            to="/campaigns/$id"
            params={{ id: campaign }}
            search={{ status: "uncertain" }}
            className="hover:underline"
          >
            {names.get(campaign) ?? words.aCampaign}
          </Link>
        ) : (
          <Link to="/inbox" search={{ q: message.phone || undefined }} className="hover:underline">
            {words.reply}
          </Link>
        )}
      </p>
      <p className="tnum truncate text-xs text-faint">
        {message.profile_name && `${message.profile_name} · `}
        {isOver ? words.queued(when(message.queued_at)) : words.since(when(message.updated_at))}
      </p>
    </div>
  );
}
