import { useInfiniteQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { erasures } from "@/api/privacy";
import type { Certificate } from "@/api/types";
import { erasedBy } from "@/components/erased-by";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { exactTime, when } from "@/i18n/format";

/** Whose data was erased, as far as that may be known. */
export function Erasures() {
  return (
    <Panel title={t.privacy.erasures} label={t.privacy.erasures}>
      <p className="px-4 pt-3 pb-2 text-soft">{t.privacy.erasuresLead}</p>
      <List />
    </Panel>
  );
}

function List() {
  const words = t.privacy;
  const query = useInfiniteQuery(erasures());
  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={words.erasures} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={4} />
    );
  }
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return (
      <Empty
        title={words.noErasures}
        art={<ShieldCheck aria-hidden="true" className="size-8" strokeWidth={1.4} />}
      >
        {words.noErasuresHint}
      </Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <Outdated
          what={words.erasures}
          error={query.error}
          at={query.dataUpdatedAt}
          onRetry={() => query.refetch()}
        />
      )}
      <ScrollingTable label={words.erasures} className="min-w-[48rem]">
        <thead>
          <tr className="bg-sunken text-xs text-faint">
            <Head>{words.when}</Head>
            <Head>{words.kind}</Head>
            <Head>{words.subject}</Head>
            <Head>{words.by}</Head>
            <Head>{words.reach}</Head>
            <Head className="text-end">{words.position}</Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.subject} row={row} />
          ))}
        </tbody>
      </ScrollingTable>
      {query.hasNextPage && (
        <div className="border-t p-3 text-center">
          <Button
            size="sm"
            pending={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t.states.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({ row }: { row: Certificate }) {
  const words = t.privacy;
  const me = useMe();
  const cell = "px-4 py-2";
  return (
    <tr className="border-t">
      <td className={`${cell} whitespace-nowrap`}>
        <time dateTime={row.at} title={exactTime(row.at)}>
          {when(row.at)}
        </time>
      </td>
      <td className={cell}>{words.kinds[row.kind]}</td>
      <th scope="row" className={`${cell} text-start font-mono text-xs font-normal`}>
        {row.subject}
      </th>
      <td className={cell}>{erasedBy(row, me)}</td>
      <td className={`${cell} text-soft`}>{words.reached(row.events, row.streams)}</td>
      <td className={`${cell} text-end text-soft`}>{words.at(row.position)}</td>
    </tr>
  );
}
