import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, ShieldCheck, ShieldX } from "lucide-react";
import type { Fold, Proof as ProofData } from "@/api/types";
import { walletProof } from "@/api/wallet";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";

const ROWS: (keyof Fold)[] = ["topped_up", "available", "reserved", "captured", "released"];

/** The ledger folded anew from the log beside the one that is shown. */
export function Proof() {
  const query = useQuery(walletProof());
  return (
    <Panel
      title={t.wallet.proof}
      aside={
        <Button
          size="sm"
          look="quiet"
          pending={query.isFetching}
          onClick={() => void query.refetch()}
        >
          {t.wallet.proofAgain}
        </Button>
      }
    >
      <Loaded query={query} what={t.wallet.proof}>
        {(proof) => <Body proof={proof} />}
      </Loaded>
    </Panel>
  );
}

function Body({ proof }: { proof: ProofData }) {
  const Icon = proof.balances ? ShieldCheck : ShieldX;
  return (
    <>
      <div
        data-proof={proof.balances}
        className={cn(
          "flex items-center gap-3 px-4 py-3",
          proof.balances ? "bg-good-wash text-good" : "bg-bad-wash text-bad",
        )}
      >
        <Icon aria-hidden="true" className="size-6 shrink-0" strokeWidth={1.7} />
        <div>
          <p className="font-semibold">
            {proof.balances ? t.wallet.proofTitle : t.wallet.proofBroken}
          </p>
          <p className="tnum text-xs">{t.wallet.proofChecked(proof.events, proof.position)}</p>
        </div>
      </div>
      <div className="overflow-x-auto">
        <table className="tnum w-full">
          <thead>
            <tr className="text-xs text-faint">
              <th scope="col" className="px-4 py-1.5 text-start font-medium">
                {t.wallet.points}
              </th>
              <th scope="col" className="px-4 py-1.5 text-end font-medium">
                {t.wallet.folded}
              </th>
              <th scope="col" className="px-4 py-1.5 text-end font-medium">
                {t.wallet.inLedger}
              </th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map((row) => {
              const same = proof.folded[row] === proof.ledger[row];
              return (
                <tr key={row} className={cn("border-t", !same && "bg-bad-wash text-bad")}>
                  <th scope="row" className="px-4 py-1.5 text-start font-normal">
                    {t.wallet.rows[row]}
                  </th>
                  <td className="px-4 py-1.5 text-end">{count(proof.folded[row])}</td>
                  <td className="px-4 py-1.5 text-end">{count(proof.ledger[row])}</td>
                </tr>
              );
            })}
            <tr className="border-t font-medium">
              <th scope="row" className="px-4 py-1.5 text-start font-medium">
                {t.wallet.difference}
              </th>
              <td />
              <td className="px-4 py-1.5 text-end">{count(proof.difference)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <ul className="divide-y border-t">
        {proof.checks.map((check) => {
          const Mark = check.ok ? CircleCheck : CircleX;
          return (
            <li key={check.name} className="flex gap-2.5 px-4 py-2">
              <Mark
                aria-hidden="true"
                className={cn("mt-0.5 size-4 shrink-0", check.ok ? "text-good" : "text-bad")}
              />
              <div className="min-w-0">
                <p className="first-letter:uppercase">{check.name.replaceAll("_", " ")}</p>
                <p className="text-xs break-words text-faint">{check.detail}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </>
  );
}
