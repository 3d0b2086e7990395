import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { wallet } from "@/api/wallet";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { useWhyNot } from "@/components/use-may";
import { Balance } from "@/features/wallet/balance";
import { Ledger } from "@/features/wallet/ledger";
import { Proof } from "@/features/wallet/proof";
import { t } from "@/i18n/catalogue";

const TopUpDialog = lazy(() => import("@/features/wallet/top-up-dialog"));

export const Route = createFileRoute("/_app/wallet")({
  validateSearch: (search: Record<string, unknown>): { topup?: boolean } => ({
    topup: search.topup === true || undefined,
  }),
  component: WalletScreen,
});

function WalletScreen() {
  const { topup } = Route.useSearch();
  const navigate = Route.useNavigate();
  const price = useQuery(wallet()).data?.price_per_recipient;
  const reason = useWhyNot("wallet.write");
  return (
    <PageFrame
      title={t.wallet.title}
      lead={price === undefined ? undefined : t.wallet.lead(price)}
      actions={
        <Button
          look="primary"
          reason={reason}
          onClick={() => void navigate({ search: { topup: true } })}
        >
          {t.wallet.topUp}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Balance />
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
          <Ledger />
          <Proof />
        </div>
      </div>
      <Suspense>
        {topup && !reason && <TopUpDialog onClose={() => void navigate({ search: {} })} />}
      </Suspense>
    </PageFrame>
  );
}
