import { useInfiniteQuery } from "@tanstack/react-query";
import { packageMessages } from "@/api/packages";
import type { Message, Package } from "@/api/types";
import { MessageBadge } from "@/components/status-badge";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { errorClass } from "@/i18n/en/error-words";
import { numberWords as words } from "@/i18n/en/number-words";
import { clockTime, when } from "@/i18n/format";
import { LogFilters } from "./log-filters";
import { isFiltered, type LogSearch, NO_FILTER, toFilter } from "./log-search";

const columns: Column<Message>[] = [
  {
    key: "contact",
    width: "minmax(0,2fr)",
    header: t.campaign.contact,
    cell: (row) => (
      <div className="flex flex-col leading-4.5">
        <span className="truncate font-medium">{whoIs(row)}</span>
        {row.contact_name && <span className="tnum truncate text-xs text-faint">{row.phone}</span>}
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
        <span className="truncate text-xs text-soft first-letter:uppercase max-sm:hidden">
          {why(row)}
        </span>
      </span>
    ),
  },
  {
    key: "from",
    width: "minmax(0,1.2fr)",
    header: words.logNumber,
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

/** What a message waits for or failed of. */
function why({ error, deferred, status, attempt }: Message): string {
  if (error) return `${error.title} · ${errorClass(error.class)}`;
  if (deferred && status === "queued") {
    const limit = (t.limits[deferred.limit] ?? deferred.limit).toLowerCase();
    return t.campaign.waitsFor(limit, deferred.until && clockTime(deferred.until));
  }
  return attempt > 1 ? t.campaign.attempt(attempt) : "";
}

type Props = {
  pack: Package;
  search: LogSearch;
  onChange: (part: Partial<LogSearch>) => void;
};

/** Every message of the package's numbers, narrowed by how and when it went, and from which. */
export function DeliveryLog({ pack, search, onChange }: Props) {
  const clear = () => onChange(NO_FILTER);
  return (
    <>
      <LogFilters pack={pack} search={search} onChange={onChange} />
      <div className="card mb-4 flex min-h-0 flex-1 flex-col overflow-clip">
        <Rows
          id={pack.id}
          search={search}
          onOpen={(message) => onChange({ message })}
          onClear={isFiltered(search) ? clear : undefined}
        />
      </div>
    </>
  );
}

type RowsProps = {
  id: string;
  search: LogSearch;
  onOpen: (message: string) => void;
  /** Only where something is filtered. */
  onClear: (() => void) | undefined;
};

function Rows({ id, search, onOpen, onClear }: RowsProps) {
  const query = useInfiniteQuery(packageMessages(id, toFilter(search)));
  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={words.log} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={12} />
    );
  }
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return onClear ? (
      <Empty
        title={words.logNoMatch}
        action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
      >
        {words.logNoMatchHint}
      </Empty>
    ) : (
      <Empty title={words.logNone}>{words.logNoneHint}</Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <Outdated
          what={words.log}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <DataTable
        label={words.log}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHeight={46}
        onOpen={(row) => onOpen(row.id)}
        isOpen={(row) => row.id === search.message}
        more={{
          has: query.hasNextPage,
          loading: query.isFetchingNextPage,
          load: query.fetchNextPage,
        }}
        className="flex-1"
      />
    </>
  );
}
