import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { auditTrail } from "@/api/audit";
import type { AuditEntry } from "@/api/types";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { exactTime, when } from "@/i18n/format";
import { OrErased } from "./erased";
import { type AuditSearch, isFiltered, NO_FILTER, toFilter } from "./filter";
import { actionName, actorName, targetName } from "./names";
import { OutcomeBadge } from "./outcome-badge";

const columns: Column<AuditEntry>[] = [
  {
    key: "what",
    width: "minmax(0,2fr)",
    header: t.audit.action,
    cell: (row) => (
      <div className="flex flex-col leading-4.5">
        <span className="truncate font-medium">{actionName(row.action)}</span>
        <span className="truncate text-xs text-faint">
          {actorName(row)}
          <span className="sm:hidden"> · {when(row.at)}</span>
        </span>
      </div>
    ),
  },
  {
    key: "outcome",
    width: "minmax(5.5rem,1.2fr)",
    header: t.audit.outcome,
    cell: (row) => (
      <span className="flex items-center gap-2">
        <OutcomeBadge outcome={row.outcome} />
        <code className="truncate font-mono text-xs text-faint max-sm:hidden">{row.code}</code>
      </span>
    ),
  },
  {
    key: "target",
    width: "minmax(0,1.4fr)",
    header: t.audit.target,
    wide: true,
    cell: (row) =>
      row.target ? (
        <span className="flex items-baseline gap-1.5">
          <span className="shrink-0">{targetName(row.target.kind)}</span>
          <code className="truncate font-mono text-xs text-faint">{row.target.id}</code>
        </span>
      ) : (
        <span className="text-faint">{t.audit.none}</span>
      ),
  },
  {
    key: "ip",
    width: "8.5rem",
    header: t.audit.ip,
    wide: true,
    cell: (row) => (
      <span className="tnum text-soft">
        <OrErased value={row.ip} />
      </span>
    ),
  },
  {
    key: "when",
    width: "6.25rem",
    header: t.audit.when,
    align: "end",
    wide: true,
    cell: (row) => (
      <time dateTime={row.at} title={exactTime(row.at)} className="text-soft">
        {when(row.at)}
      </time>
    ),
  },
];

type Props = { search: AuditSearch; onChange: (change: Partial<AuditSearch>) => void };

export function AuditTable({ search, onChange }: Props) {
  const query = useInfiniteQuery(auditTrail(toFilter(search)));
  if (query.isError && (!query.data || query.isPlaceholderData)) {
    return <ErrorPanel what={t.audit.trail} error={query.error} onRetry={() => query.refetch()} />;
  }
  if (!query.data) return <SkeletonRows rows={10} />;
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return isFiltered(search) ? (
      <Empty
        title={t.audit.noMatch}
        action={<Button onClick={() => onChange(NO_FILTER)}>{t.actions.clearFilters}</Button>}
      >
        {t.audit.noMatchHint}
      </Empty>
    ) : (
      <Empty
        title={t.audit.emptyTitle}
        art={<ScrollText aria-hidden="true" className="size-8" strokeWidth={1.4} />}
      >
        {t.audit.empty}
      </Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <Outdated
          what={t.audit.trail}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <DataTable
        label={t.audit.trail}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHeight={46}
        className="max-h-[40rem]"
        onOpen={(row) => onChange({ open: row.id })}
        isOpen={(row) => row.id === search.open}
        more={{
          has: query.hasNextPage,
          loading: query.isFetchingNextPage,
          load: query.fetchNextPage,
        }}
      />
    </>
  );
}
