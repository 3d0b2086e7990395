import { useInfiniteQuery } from "@tanstack/react-query";
import { campaignMessages } from "@/api/campaigns";
import type { Campaign, Message } from "@/api/types";
import { MessageBadge } from "@/components/status-badge";
import { STATES } from "@/components/totals";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { FilterSelect, SearchBox } from "@/components/ui/filters";
import { Panel } from "@/components/ui/page";
import { Empty, ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { clockTime, count, when } from "@/i18n/format";
import type { DetailSearch } from "./search";

const columns: Column<Message>[] = [
  {
    key: "contact",
    width: "minmax(0,2fr)",
    header: t.campaign.contact,
    cell: (row) => (
      <div className="flex flex-col leading-4.5">
        <span className="truncate font-medium">{whoIs(row)}</span>
        <span className="tnum truncate text-xs text-faint">{row.phone}</span>
      </div>
    ),
  },
  {
    key: "state",
    width: "minmax(6.5rem,2.4fr)",
    header: t.campaign.state,
    cell: (row) => (
      <span className="flex items-center gap-2">
        <MessageBadge status={row.status} />
        <span className="truncate text-xs text-soft max-sm:hidden">
          {row.error?.title ??
            (row.deferred && row.status === "queued"
              ? t.campaign.waitsFor(
                  (t.limits[row.deferred.limit] ?? row.deferred.limit).toLowerCase(),
                  row.deferred.until && clockTime(row.deferred.until),
                )
              : row.attempt > 1
                ? t.campaign.attempt(row.attempt)
                : "")}
        </span>
      </span>
    ),
  },
  {
    key: "from",
    width: "minmax(0,1.2fr)",
    header: t.campaign.from,
    wide: true,
    cell: (row) => <span className="text-soft">{row.profile_name ?? "–"}</span>,
  },
  {
    key: "changed",
    width: "6.5rem",
    header: t.campaign.changed,
    align: "end",
    wide: true,
    cell: (row) => <span className="text-soft">{when(row.updated_at)}</span>,
  },
];

type Props = {
  campaign: Campaign;
  search: DetailSearch;
  onChange: (part: Partial<DetailSearch>) => void;
};

export function Recipients({ campaign, search, onChange }: Props) {
  const filter = { status: search.status, reason: search.reason, q: search.q };
  const query = useInfiniteQuery(campaignMessages(campaign.id, filter));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.status || search.reason || search.q);
  const total =
    search.status && !search.reason && !search.q
      ? campaign.totals[search.status]
      : filtered
        ? null
        : campaign.totals.enrolled;
  const clear = () => onChange({ status: undefined, reason: undefined, q: undefined });
  return (
    <Panel
      id="recipients"
      title={
        <>
          {t.campaign.recipients}
          {total !== null && (
            <span className="tnum ms-2 font-normal text-faint">{count(total)}</span>
          )}
        </>
      }
      aside={
        <div className="flex flex-wrap items-center justify-end gap-2 py-0.5">
          <SearchBox
            label={t.campaign.searchHint}
            value={search.q ?? ""}
            onChange={(q) => onChange({ q: q || undefined })}
            className="max-w-44"
          />
          <FilterSelect
            label={t.campaign.state}
            value={search.status ?? ""}
            onChange={(e) =>
              onChange({ status: (e.target.value || undefined) as DetailSearch["status"] })
            }
          >
            <option value="">{t.campaign.anyStatus}</option>
            {STATES.map((state) => (
              <option key={state} value={state}>
                {t.status[state]}
              </option>
            ))}
          </FilterSelect>
          {filtered && (
            <Button size="sm" look="quiet" onClick={clear}>
              {t.actions.clearFilters}
            </Button>
          )}
        </div>
      }
    >
      {!query.data ? (
        query.isError ? (
          <ErrorPanel
            what={t.campaign.recipients}
            error={query.error}
            onRetry={() => query.refetch()}
          />
        ) : (
          <SkeletonRows rows={6} />
        )
      ) : rows.length === 0 ? (
        filtered ? (
          <Empty
            title={t.campaign.noMatch}
            action={<Button onClick={clear}>{t.actions.clearFilters}</Button>}
          >
            {t.campaign.noMatchHint}
          </Empty>
        ) : (
          <Empty title={t.campaign.noRecipients}>{t.campaign.noRecipientsHint}</Empty>
        )
      ) : (
        <DataTable
          label={t.campaign.recipients}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={46}
          total={total}
          className="max-h-[36rem]"
          onOpen={(row) => onChange({ message: row.id })}
          isOpen={(row) => row.id === search.message}
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
