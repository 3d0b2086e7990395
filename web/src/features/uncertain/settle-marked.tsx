import { useState } from "react";
import { settleMessages } from "@/api/messages";
import type { Message, Settlement } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { toasts } from "@/components/ui/toasts";
import { SETTLEMENTS } from "@/components/uncertain/uncertain-row";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";

/** So many are named before they are only counted. */
const NAMED = 5;

type Props = { marked: Message[]; onDone: () => void };

/** One decision for all that are marked, which has to be confirmed with what it means. */
export function SettleMarked({ marked, onDone }: Props) {
  const [asking, setAsking] = useState<Settlement | null>(null);
  const reason = useWhyNot("campaigns.write");
  return (
    <div
      role="group"
      aria-label={words.marked(marked.length)}
      className="flex flex-wrap items-center gap-1.5"
    >
      <span className="tnum me-1.5 font-medium">{words.marked(marked.length)}</span>
      {SETTLEMENTS.map((decision) => (
        <Button
          key={decision}
          size="sm"
          look={decision === "resend" ? "quiet" : "plain"}
          reason={reason}
          onClick={() => setAsking(decision)}
        >
          {words.ways[decision]}
        </Button>
      ))}
      <Button size="sm" look="quiet" onClick={onDone}>
        {words.unmark}
      </Button>
      {asking && (
        <Confirm
          key={asking}
          marked={marked}
          decision={asking}
          onClose={() => setAsking(null)}
          onSettled={onDone}
        />
      )}
    </div>
  );
}

type ConfirmProps = {
  marked: Message[];
  decision: Settlement;
  onClose: () => void;
  onSettled: () => void;
};

function Confirm({ marked, decision, onClose, onSettled }: ConfirmProps) {
  // What is decided is what was shown when it was asked, whatever is listed meanwhile.
  const [chosen] = useState(marked);
  const settle = useCommand({
    run: (_: undefined, key) =>
      settleMessages(
        chosen.map(({ id }) => id),
        decision,
        key,
      ),
    title: words.manyTitle(chosen.length),
    touches: [["messages"], ["campaigns"], ["chats"], ["wallet"]],
    onAccepted: ({ data: { meanwhile } }) => {
      if (meanwhile > 0) {
        const title = words.manyTitle(chosen.length);
        toasts.add({
          type: "bad",
          title,
          description: words.meanwhile(meanwhile),
          timeout: 10_000,
        });
      }
      onClose();
      onSettled();
    },
  });
  const more = chosen.length - NAMED;
  return (
    <Dialog open onOpenChange={onClose} title={words.many[decision](chosen.length)}>
      <p className={cn(decision === "resend" && "rounded-lg bg-warn-wash px-3 py-2 text-warn")}>
        {words.manyMeans[decision]}
      </p>
      <ul className="tnum mt-3 list-disc ps-5 text-soft">
        {chosen.slice(0, NAMED).map((message) => (
          <li key={message.id}>{whoIs(message)}</li>
        ))}
        {more > 0 && <li className="list-none text-faint">{words.andMore(more)}</li>}
      </ul>
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t.actions.cancel}
        </Button>
        <Button
          look={decision === "resend" ? "danger" : "primary"}
          pending={settle.isPending}
          onClick={() => settle.mutate(undefined)}
        >
          {words.manyDo[decision](chosen.length)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
