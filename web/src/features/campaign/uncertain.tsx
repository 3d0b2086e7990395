import { useQuery } from "@tanstack/react-query";
import { CircleHelp } from "lucide-react";
import { settleMessage, uncertainMessages } from "@/api/messages";
import type { Message, Settlement } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { useNow } from "@/components/use-now";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { ago } from "@/i18n/format";

/** Messages whose fate the provider did not tell, and the ways to decide it. */
export function Uncertain({ id, count }: { id: string; count: number }) {
  const query = useQuery({ ...uncertainMessages(id), enabled: count > 0 });
  if (count === 0 || !query.data?.items.length) return null;
  return (
    <Panel
      title={t.campaign.uncertain}
      label={t.campaign.uncertain}
      className="border-st-uncertain"
    >
      <p className="border-b bg-warn-wash px-4 py-2 text-xs text-warn">
        {t.campaign.uncertainHint}
      </p>
      <ul className="max-h-60 divide-y overflow-y-auto">
        {query.data.items.map((message) => (
          <UncertainRow key={message.id} message={message} />
        ))}
      </ul>
    </Panel>
  );
}

function UncertainRow({ message }: { message: Message }) {
  const now = useNow(1000);
  const reason = useWhyNot("campaigns.write");
  const settle = useCommand({
    run: (decision: Settlement, key) => settleMessage(message.id, decision, key),
    kind: (decision) => decision,
    title: t.campaign.settleTitle,
    touches: [["messages"], ["campaigns"], ["wallet"]],
  });
  const who = whoIs(message);
  const ways: [Settlement, string][] = [
    ["sent", t.campaign.settleSent],
    ["not_sent", t.campaign.settleNot],
    ["resend", t.campaign.settleAgain],
  ];
  // Accepted, and still listed: the read model has not come to it yet.
  const busy = settle.isPending || settle.isSuccess;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
      <CircleHelp aria-hidden="true" className="size-4 shrink-0 text-warn" />
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium">{who}</p>
        <p className="tnum text-xs text-faint">
          {message.phone}
          {message.uncertain_deadline &&
            ` · ${t.campaign.deadline(ago(message.uncertain_deadline, now))}`}
        </p>
      </div>
      <div
        role="group"
        aria-label={`${t.campaign.settle}: ${who}`}
        className="flex flex-wrap gap-1.5"
      >
        {ways.map(([decision, label]) => (
          <Button
            key={decision}
            size="sm"
            look={decision === "resend" ? "quiet" : "plain"}
            title={decision === "resend" ? t.campaign.settleAgainHint : undefined}
            reason={reason || (busy && settle.variables !== decision && t.campaign.changing)}
            pending={busy && settle.variables === decision}
            onClick={() => settle.mutate(decision)}
          >
            {label}
          </Button>
        ))}
      </div>
    </li>
  );
}
