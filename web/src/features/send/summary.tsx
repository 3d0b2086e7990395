import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Package } from "@/api/types";
import { wallet } from "@/api/wallet";
import { Button } from "@/components/ui/button";
import { Definition, Panel } from "@/components/ui/page";
import { useMay, useWhyNot } from "@/components/use-may";
import { sendWords as words } from "@/i18n/en/send-words";
import { count } from "@/i18n/format";
import { reasonAgainst, recipientsOf, type SendDraft } from "./draft";

type SummaryProps = {
  pack: Package;
  draft: SendDraft;
  pending: boolean;
  children: ReactNode;
};

/** What the form comes to; the server has the last word on all of it. */
export function Summary({ pack, draft, pending, children }: SummaryProps) {
  const notAllowed = useWhyNot("campaigns.write");
  const mayReadWallet = useMay("wallet.read");
  const price = useQuery({ ...wallet(), enabled: mayReadWallet }).data?.price_per_recipient;
  const recipients = recipientsOf(draft).length;
  const active = pack.profiles.filter(({ state }) => state === "active").length;
  const reason = notAllowed || reasonAgainst(draft);
  const label = draft.at === null ? words.send(recipients) : words.schedule(recipients);
  return (
    <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-4">
      <Panel title={words.summary} label={words.summary}>
        <dl className="divide-y px-4 py-1.5">
          <Definition term={words.who}>
            {recipients > 0 ? words.count(recipients) : words.nobodyYet}
          </Definition>
          {price !== undefined && (
            <Definition term={words.cost}>{words.points(recipients * price)}</Definition>
          )}
          <Definition term={words.activeNumbers}>
            {count(active)}/{count(pack.profiles.length)}
          </Definition>
        </dl>
        <div className="flex flex-col gap-2 border-t p-4">
          <Button type="submit" look="primary" size="lg" reason={reason} pending={pending}>
            {label}
          </Button>
          {reason && <p className="text-xs text-faint">{reason}</p>}
        </div>
      </Panel>
      {children}
    </div>
  );
}
