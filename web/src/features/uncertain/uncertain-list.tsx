import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { uncertainList } from "@/api/messages";
import { packageList } from "@/api/packages";
import type { Message, Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { Checkbox } from "@/components/ui/plain-field";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { UncertainRow } from "@/components/uncertain/uncertain-row";
import { useMay } from "@/components/use-may";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";
import { About } from "./about";
import { Filters, useCampaignNames } from "./filters";
import type { UncertainSearch } from "./search";
import { SettleMarked } from "./settle-marked";

const Evidence = lazy(() => import("@/components/uncertain/evidence"));

type Props = { search: UncertainSearch; onChange: (part: Partial<UncertainSearch>) => void };

/** Every message of which nobody knows whether it was sent, whatever sent it. */
export function UncertainList({ search, onChange }: Props) {
  const mayReadNumbers = useMay("numbers.read");
  const packs = useQuery({ ...packageList(), enabled: mayReadNumbers });
  const packages = packs.data?.items ?? [];
  const number = packages
    .flatMap(({ profiles }) => profiles)
    .find(({ id }) => id === search.number);
  const query = useInfiniteQuery({
    ...uncertainList({ campaign: search.campaign, number }),
    // Until it is known which package has the number, nothing can be asked about it.
    enabled: !search.number || number !== undefined || !packs.isPending,
  });
  const rows = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (row) => !search.campaign || row.campaign_id === search.campaign,
  );
  const names = useCampaignNames([
    ...rows.flatMap(({ campaign_id }) => campaign_id ?? []),
    ...(search.campaign ? [search.campaign] : []),
  ]);
  const filtered = Boolean(search.campaign || search.number);
  return (
    <>
      <Filters search={search} rows={rows} names={names} packages={packages} onChange={onChange} />
      <Panel label={words.title}>
        {query.isError && query.data && (
          <Outdated
            what={words.title}
            error={query.error}
            at={query.dataUpdatedAt}
            onRetry={() => query.refetch()}
          />
        )}
        {query.data ? (
          rows.length > 0 ? (
            <Rows
              rows={rows}
              names={names}
              packages={packages}
              open={search.open}
              onOpen={(open) => onChange({ open })}
            />
          ) : (
            !query.hasNextPage && (
              <Nothing
                onClear={
                  filtered ? () => onChange({ campaign: undefined, number: undefined }) : undefined
                }
              />
            )
          )
        ) : query.isError ? (
          <ErrorPanel what={words.title} error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <SkeletonRows rows={6} />
        )}
        {query.hasNextPage && (
          <p className="border-t px-4 py-2.5 text-center">
            <Button
              size="sm"
              pending={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t.states.more}
            </Button>
          </p>
        )}
      </Panel>
    </>
  );
}

function Nothing({ onClear }: { onClear: (() => void) | undefined }) {
  return onClear ? (
    <Empty
      title={words.noMatch}
      action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
    >
      {words.noMatchHint}
    </Empty>
  ) : (
    <Empty
      title={words.none}
      art={<CircleCheck aria-hidden="true" className="size-8 text-good" strokeWidth={1.4} />}
    >
      {words.noneHint}
    </Empty>
  );
}

type RowsProps = {
  rows: Message[];
  names: Map<string, string>;
  packages: Package[];
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
};

function Rows({ rows, names, packages, open, onOpen }: RowsProps) {
  const [marks, setMarks] = useState<ReadonlySet<string>>(new Set());
  const mayDecide = useMay("campaigns.write");
  const marked = rows.filter(({ id }) => marks.has(id));
  const toggle = (id: string) => {
    const next = new Set(marks);
    if (!next.delete(id)) next.add(id);
    setMarks(next);
  };
  const all = marked.length === rows.length;
  return (
    <>
      {mayDecide && (
        <div
          className={cn(
            "flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-1.5 text-soft",
            marked.length > 0 && "sticky top-0 z-10 bg-accent-wash text-ink",
          )}
        >
          <Checkbox
            className="me-auto"
            label={words.markAll(rows.length)}
            checked={all}
            onChange={() => setMarks(new Set(all ? [] : rows.map(({ id }) => id)))}
          />
          {marked.length > 0 && <SettleMarked marked={marked} onDone={() => setMarks(new Set())} />}
        </div>
      )}
      <ul className="divide-y">
        {rows.map((message) => (
          <UncertainRow
            key={message.id}
            message={message}
            before={
              mayDecide && (
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-accent"
                  aria-label={words.mark(whoIs(message))}
                  checked={marks.has(message.id)}
                  onChange={() => toggle(message.id)}
                />
              )
            }
            about={<About message={message} names={names} />}
            evidence={{
              isOpen: message.id === open,
              onToggle: () => onOpen(message.id === open ? undefined : message.id),
              content: (
                <Suspense fallback={<SkeletonRows rows={3} />}>
                  <Evidence message={message} packages={packages} />
                </Suspense>
              ),
            }}
          />
        ))}
      </ul>
    </>
  );
}
