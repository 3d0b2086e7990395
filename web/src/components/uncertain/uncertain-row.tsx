import { ChevronDown, CircleHelp } from "lucide-react";
import type { ReactNode } from "react";
import { settleMessage } from "@/api/messages";
import type { Message, Settlement } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { useNow } from "@/components/use-now";
import { useUncertainPolicy } from "@/components/use-uncertain-policy";
import { whoIs } from "@/components/who";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";
import { deadlineSaid } from "./deadline";

export const SETTLEMENTS: readonly Settlement[] = ["sent", "not_sent", "resend"];

type Props = {
  message: Message;
  /** In place of the mark in front. */
  before?: ReactNode;
  /** What it belongs to, where several things have uncertain messages. */
  about?: ReactNode;
  /** What is known of it, once somebody asks. */
  evidence?: { isOpen: boolean; onToggle: () => void; content: ReactNode };
};

/** A message whose fate the provider did not tell, and the ways to decide it. */
export function UncertainRow({ message, before, about, evidence }: Props) {
  const who = whoIs(message);
  return (
    <li className="[contain-intrinsic-size:auto_4.5rem] [content-visibility:auto]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
        {before ?? <CircleHelp aria-hidden="true" className="size-4 shrink-0 text-warn" />}
        <div className="min-w-0 flex-1 basis-52">
          <p className="truncate font-medium">{who}</p>
          <p className="tnum text-xs text-faint">
            {who !== message.phone && `${message.phone} · `}
            {message.uncertain_deadline && <Deadline at={message.uncertain_deadline} />}
          </p>
        </div>
        {about}
        <Ways message={message} who={who} />
        {evidence && (
          <Button
            size="sm"
            look="quiet"
            aria-expanded={evidence.isOpen}
            aria-label={words.showEvidence(who)}
            className="max-sm:order-1"
            onClick={evidence.onToggle}
          >
            <span className="max-sm:hidden">{words.evidence}</span>
            <ChevronDown
              aria-hidden="true"
              className={cn("size-3.5 transition-transform", evidence.isOpen && "rotate-180")}
            />
          </Button>
        )}
      </div>
      {evidence?.isOpen && evidence.content}
    </li>
  );
}

function Deadline({ at }: { at: string }) {
  const now = useNow(1000);
  const policy = useUncertainPolicy();
  const isOver = Date.parse(at) <= now;
  return <span className={cn(isOver && "text-warn")}>{deadlineSaid(at, now, policy)}</span>;
}

function Ways({ message, who }: { message: Message; who: string }) {
  const reason = useWhyNot("campaigns.write");
  const settle = useCommand({
    run: (decision: Settlement, key) => settleMessage(message.id, decision, key),
    kind: (decision) => decision,
    title: words.settleTitle,
    touches: [["messages"], ["campaigns"], ["chats"], ["wallet"]],
  });
  // Accepted, and still listed: the read model has not come to it yet.
  const busy = settle.isPending || settle.isSuccess;
  return (
    <div
      role="group"
      aria-label={`${words.settle}: ${who}`}
      className="flex flex-wrap gap-1.5 max-sm:order-3"
    >
      {SETTLEMENTS.map((decision) => (
        <Button
          key={decision}
          size="sm"
          look={decision === "resend" ? "quiet" : "plain"}
          title={decision === "resend" ? words.twice : undefined}
          reason={reason || (busy && settle.variables !== decision && words.changing)}
          pending={busy && settle.variables === decision}
          onClick={() => settle.mutate(decision)}
        >
          {words.ways[decision]}
        </Button>
      ))}
    </div>
  );
}
