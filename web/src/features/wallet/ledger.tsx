import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Receipt } from "lucide-react";
import type { Txn } from "@/api/types";
import { walletTxns } from "@/api/wallet";
import { Badge, type Tone } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/page";
import { Empty, ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count, signed, when } from "@/i18n/format";

const tone: Record<Txn["kind"], Tone> = {
  topped_up: "good",
  reserved: "warn",
  captured: "neutral",
  released: "info",
};

const columns: Column<Txn>[] = [
  {
    key: "when",
    width: "6.75rem",
    header: t.wallet.when,
    wide: true,
    cell: (row) => <span className="text-soft">{when(row.at)}</span>,
  },
  {
    key: "kind",
    width: "6.25rem",
    header: t.wallet.what,
    cell: (row) => <Badge tone={tone[row.kind]}>{t.wallet.kinds[row.kind]}</Badge>,
  },
  {
    key: "campaign",
    width: "minmax(0,1fr)",
    header: t.wallet.campaign,
    cell: (row) => (
      <span className="flex gap-2">
        {row.campaign_id ? (
          <Link
            to="/campaigns/$id"
            params={{ id: row.campaign_id }}
            className="truncate hover:underline"
          >
            {row.campaign_name ?? row.campaign_id}
          </Link>
        ) : (
          <span className="truncate text-soft">{row.note || "–"}</span>
        )}
        {row.count != null && (
          <span className="truncate text-xs leading-5 text-faint max-sm:hidden">
            {t.wallet.forCount(row.count)}
          </span>
        )}
      </span>
    ),
  },
  {
    key: "effect",
    width: "5rem",
    header: t.wallet.effect,
    align: "end",
    cell: (row) => (
      <span
        className={cn(
          "font-medium",
          row.points > 0 && "text-good",
          row.points === 0 && "font-normal text-faint",
        )}
      >
        {signed(row.points)}
      </span>
    ),
  },
  {
    key: "after",
    width: "7rem",
    header: t.wallet.balanceAfter,
    align: "end",
    wide: true,
    cell: (row) => count(row.balance_after),
  },
];

export function Ledger() {
  const query = useInfiniteQuery(walletTxns());
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t.wallet.ledger}>
      {!query.data ? (
        query.isError ? (
          <ErrorPanel what={t.wallet.ledger} error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <SkeletonRows rows={6} />
        )
      ) : rows.length === 0 ? (
        <Empty
          title={t.wallet.none}
          art={<Receipt aria-hidden="true" className="size-8" strokeWidth={1.4} />}
        >
          {t.wallet.noneHint}
        </Empty>
      ) : (
        <DataTable
          label={t.wallet.ledger}
          columns={columns}
          rows={rows}
          rowKey={(row) => `${row.position}-${row.kind}`}
          rowHeight={40}
          className="max-h-[34rem]"
          more={{
            has: query.hasNextPage,
            loading: query.isFetchingNextPage,
            load: query.fetchNextPage,
          }}
        />
      )}
    </Panel>
  );
}
