import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { contactList } from "@/api/contacts";
import type { Contact } from "@/api/types";
import { ConsentBadge } from "@/components/status-badge";
import { Badge } from "@/components/ui/badge";
import { Button, buttonStyle } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";
import { type ContactSearch, isFiltered, toFilter } from "./filter";

type Props = {
  search: ContactSearch;
  onChange: (change: Partial<ContactSearch>) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
};

export function ContactTable({ search, onChange, selected, onSelect }: Props) {
  const query = useInfiniteQuery(contactList(toFilter(search)));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total ?? null;

  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={t.contacts.title} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={12} />
    );
  }
  if (rows.length === 0) return <Nothing search={search} onChange={onChange} />;

  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const all = rows.length > 0 && rows.every((row) => selected.has(row.id));
  const columns: Column<Contact>[] = [
    {
      key: "select",
      width: "1.25rem",
      header: (
        <input
          type="checkbox"
          aria-label={t.contacts.selectLoaded}
          className="block size-4 accent-accent"
          checked={all}
          onChange={() => onSelect(all ? new Set() : new Set(rows.map((row) => row.id)))}
        />
      ),
      cell: (row) => (
        <input
          type="checkbox"
          aria-label={t.contacts.selectRow(row.name ?? row.phone)}
          className="block size-4 accent-accent"
          checked={selected.has(row.id)}
          onChange={() => toggle(row.id)}
        />
      ),
    },
    {
      key: "name",
      width: "minmax(0,2fr)",
      header: t.contacts.name,
      cell: (row) => (
        <span className="flex items-center gap-2">
          {row.name ? (
            <span className="truncate font-medium">{row.name}</span>
          ) : (
            <span className="truncate text-faint">{t.contacts.noName}</span>
          )}
          {row.blocked && <Badge tone="bad">{t.contacts.blocked}</Badge>}
        </span>
      ),
    },
    {
      key: "phone",
      width: "minmax(8.5rem,1.2fr)",
      header: t.contacts.phone,
      cell: (row) => <span className="tnum text-soft">{row.phone}</span>,
    },
    {
      key: "consent",
      width: "7rem",
      header: t.contacts.consent,
      wide: true,
      cell: (row) => <ConsentBadge consent={row.consent} />,
    },
    {
      key: "tags",
      width: "minmax(0,2fr)",
      header: t.contacts.tags,
      wide: true,
      cell: (row) => (
        <span className="flex gap-1 overflow-hidden">
          {row.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      ),
    },
    {
      key: "added",
      width: "7rem",
      header: t.contacts.added,
      wide: true,
      align: "end",
      cell: (row) => <span className="text-soft">{when(row.created_at)}</span>,
    },
  ];
  return (
    <>
      {query.isError && (
        <Outdated
          what={t.contacts.title}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <DataTable
        label={t.contacts.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        total={total}
        onOpen={(row) => onChange({ open: row.id })}
        isOpen={(row) => row.id === search.open}
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

function Nothing({ search, onChange }: Pick<Props, "search" | "onChange">) {
  if (isFiltered(search)) {
    return (
      <Empty
        title={t.contacts.noMatch}
        action={
          <Button
            onClick={() =>
              onChange({
                q: undefined,
                tag: undefined,
                list: undefined,
                consent: undefined,
                blocked: undefined,
              })
            }
          >
            {t.actions.clearFilters}
          </Button>
        }
      >
        {t.contacts.noMatchHint}
      </Empty>
    );
  }
  return (
    <Empty
      title={t.contacts.none}
      art={<Users className="size-8" strokeWidth={1.4} aria-hidden="true" />}
      action={
        <>
          <Link to="/contacts/import" className={buttonStyle({ look: "primary" })}>
            {t.contacts.import}
          </Link>
          <Button onClick={() => onChange({ add: true })}>{t.contacts.add}</Button>
        </>
      }
    >
      {t.contacts.noneHint}
    </Empty>
  );
}
