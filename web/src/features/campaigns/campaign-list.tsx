import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Megaphone } from "lucide-react";
import { campaignList } from "@/api/campaigns";
import type { Campaign } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { StateBar } from "@/components/state-bar";
import { CampaignBadge } from "@/components/status-badge";
import { reached } from "@/components/totals";
import { Button, buttonStyle } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count, when } from "@/i18n/format";

type Props = { status?: string; onClear: () => void };

const columns: Column<Campaign>[] = [
  {
    key: "name",
    width: "minmax(0,2.2fr)",
    header: t.campaigns.name,
    cell: (row) => (
      <div className="flex flex-col py-1">
        <Link
          to="/campaigns/$id"
          params={{ id: row.id }}
          className="truncate font-medium hover:underline"
          tabIndex={-1}
        >
          {row.name}
        </Link>
        <span className="truncate text-xs text-faint max-sm:hidden">{row.package_name ?? "–"}</span>
        {row.status !== "draft" && (
          <div className="mt-1.5 sm:hidden">
            <StateBar totals={row.totals} label={row.name} />
          </div>
        )}
      </div>
    ),
  },
  {
    key: "status",
    width: "6.75rem",
    header: t.campaigns.status,
    cell: (row) => <CampaignBadge status={row.status} />,
  },
  {
    key: "progress",
    width: "minmax(0,3fr)",
    header: t.campaigns.progress,
    wide: true,
    cell: (row) => <ProgressCell campaign={row} />,
  },
  {
    key: "recipients",
    width: "6rem",
    header: t.campaigns.recipients,
    align: "end",
    wide: true,
    cell: (row) => (row.status === "draft" ? "–" : count(row.totals.enrolled)),
  },
  {
    key: "created",
    width: "7rem",
    header: t.campaigns.created,
    align: "end",
    wide: true,
    cell: (row) => <span className="text-soft">{when(row.created_at)}</span>,
  },
];

export function CampaignTable({ status, onClear }: Props) {
  const query = useInfiniteQuery(campaignList(status));
  const navigate = useNavigate();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={t.campaigns.title} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={8} />
    );
  }
  if (rows.length === 0) {
    return status ? (
      <Empty
        title={t.campaigns.noMatch}
        action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
      />
    ) : (
      <Empty
        title={t.campaigns.none}
        art={<Megaphone aria-hidden="true" className="size-8" strokeWidth={1.4} />}
        action={
          <Allowed to="campaigns.write" instead={t.campaigns.new}>
            <Link to="/campaigns/new" className={buttonStyle({ look: "primary" })}>
              {t.campaigns.new}
            </Link>
          </Allowed>
        }
      >
        {t.campaigns.noneHint}
      </Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <Outdated
          what={t.campaigns.title}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <DataTable
        label={t.campaigns.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHeight={56}
        className="flex-1"
        onOpen={(row) => void navigate({ to: "/campaigns/$id", params: { id: row.id } })}
        more={{
          has: query.hasNextPage,
          loading: query.isFetchingNextPage,
          load: query.fetchNextPage,
        }}
      />
    </>
  );
}

function ProgressCell({ campaign }: { campaign: Campaign }) {
  const { totals } = campaign;
  if (campaign.status === "draft")
    return <span className="text-faint">{t.campaigns.noRecipientsYet}</span>;
  return (
    <div className="flex flex-col gap-1.5 pe-4">
      <StateBar totals={totals} label={campaign.name} />
      <p className="tnum flex gap-3 text-xs text-faint">
        <span>{t.campaigns.reachedOf(reached(totals), totals.enrolled)}</span>
        {campaign.status === "running" && campaign.rate_per_second != null && (
          <span>{t.campaigns.rate(campaign.rate_per_second.toFixed(1))}</span>
        )}
        {totals.failed > 0 && (
          <span className="text-bad">{t.campaigns.failedCount(totals.failed)}</span>
        )}
        {totals.uncertain > 0 && (
          <span className="text-warn">{t.campaigns.uncertainCount(totals.uncertain)}</span>
        )}
      </p>
    </div>
  );
}
