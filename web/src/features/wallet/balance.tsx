import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Wallet } from "@/api/types";
import { wallet } from "@/api/wallet";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";

export function Balance() {
  const query = useQuery(wallet());
  const [explained, setExplained] = useState(false);
  return (
    <Panel>
      <Loaded query={query} what={t.wallet.title} skeleton={<SkeletonRows rows={3} />}>
        {(data) => (
          <>
            <div className="flex flex-wrap items-end gap-x-10 gap-y-5 p-5">
              <div className="min-w-44 flex-1">
                <p className="flex items-center gap-2 text-xs text-faint">
                  {t.wallet.available}
                  {data.low_balance && <Badge tone="warn">{t.wallet.low}</Badge>}
                </p>
                <p
                  className="tnum text-4xl leading-11 font-semibold tracking-[-0.035em]"
                  data-testid="balance"
                >
                  {count(data.balance)}
                </p>
                <p className="text-xs text-faint">
                  {t.wallet.forRecipients(
                    Math.floor(data.balance / Math.max(data.price_per_recipient, 1)),
                  )}
                </p>
              </div>
              <dl className="flex flex-wrap gap-x-10 gap-y-4">
                <Part
                  label={t.wallet.reserved}
                  value={data.reserved}
                  hint={t.wallet.reservedHint}
                />
                <Part
                  label={t.wallet.captured}
                  value={data.captured_total}
                  hint={t.wallet.capturedHint}
                />
                <Part label={t.wallet.toppedUp} value={data.topped_up_total} />
              </dl>
            </div>
            <Split wallet={data} />
            <div className="border-t px-3 py-2">
              <Button
                look="quiet"
                size="sm"
                aria-expanded={explained}
                onClick={() => setExplained(!explained)}
              >
                {explained ? t.wallet.explainHide : t.wallet.explain}
              </Button>
              {explained && <Explanation wallet={data} />}
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Part({ label, value, hint }: { label: string; value: number; hint?: string }) {
  return (
    <div>
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="tnum text-xl font-semibold tracking-[-0.015em]">{count(value)}</dd>
      {hint && <dd className="text-xs text-faint">{hint}</dd>}
    </div>
  );
}

/** Where every point that was ever topped up is now. */
function Split({ wallet }: { wallet: Wallet }) {
  const parts = [
    { key: "available", value: wallet.balance, fill: "bg-st-read" },
    { key: "reserved", value: wallet.reserved, fill: "bg-st-uncertain" },
    { key: "captured", value: wallet.captured_total, fill: "bg-st-queued" },
  ] as const;
  const label = parts.map((part) => `${t.wallet[part.key]} ${count(part.value)}`).join(", ");
  return (
    <div
      role="img"
      aria-label={label}
      className="mx-5 mb-5 flex h-2 gap-px overflow-hidden rounded-full bg-hover"
    >
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <div
            key={part.key}
            className={part.fill}
            style={{ flexGrow: part.value, flexBasis: 0, minWidth: 3 }}
          />
        ))}
    </div>
  );
}

function Explanation({ wallet }: { wallet: Wallet }) {
  const lines = t.wallet.explainLines;
  const sum = wallet.topped_up_total - wallet.captured_total - wallet.reserved;
  const row = (label: string, value: string, strong = false) => (
    <tr className={strong ? "border-t font-semibold" : undefined}>
      <th scope="row" className="py-1 pe-8 text-start font-[inherit]">
        {label}
      </th>
      <td className="py-1 text-end">{value}</td>
    </tr>
  );
  return (
    <div className="animate-fade px-2.5 pt-2 pb-3">
      <table className="tnum">
        <tbody>
          {row(lines.toppedUp, count(wallet.topped_up_total))}
          {row(lines.captured, `−${count(wallet.captured_total)}`)}
          {row(lines.reserved, `−${count(wallet.reserved)}`)}
          {row(lines.equals, count(sum), true)}
        </tbody>
      </table>
      <p className="mt-2 max-w-prose text-xs text-faint">{t.wallet.explainNote}</p>
    </div>
  );
}
