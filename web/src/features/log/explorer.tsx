import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { streamHistory } from "@/api/log";
import { ApiError } from "@/api/problem";
import type { HistoryEvent } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { inputStyle, Select } from "@/components/ui/plain-field";
import { Empty, ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count, exactTime, secondsTime, when } from "@/i18n/format";

type Props = { kind: string; id: string; onShow: (kind: string, id: string) => void };

export function Explorer({ kind, id, onShow }: Props) {
  const [chosenKind, setKind] = useState(kind || "campaign");
  const [typed, setTyped] = useState(id);
  return (
    <Panel
      title={t.log.explorer}
      aside={<span className="text-xs text-faint max-sm:hidden">{t.log.explorerHint}</span>}
    >
      <form
        className="flex flex-wrap items-center gap-2 border-b p-3"
        onSubmit={(event) => {
          event.preventDefault();
          onShow(chosenKind, typed.trim());
        }}
      >
        <Select
          aria-label={t.log.category}
          className="w-36"
          value={chosenKind}
          onChange={(event) => setKind(event.target.value)}
        >
          {Object.entries(t.log.categories).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <input
          aria-label={t.log.id}
          placeholder={t.log.id}
          spellCheck={false}
          autoComplete="off"
          className={cn(inputStyle, "min-w-48 flex-1 font-mono")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" look="primary">
          {t.log.show}
        </Button>
      </form>
      {kind && id ? (
        <Events key={`${kind}/${id}`} kind={kind} id={id} />
      ) : (
        <Empty
          title={t.log.explorer}
          art={<ScrollText aria-hidden="true" className="size-8" strokeWidth={1.4} />}
        >
          {t.log.pick}
        </Empty>
      )}
    </Panel>
  );
}

function Events({ kind, id }: { kind: string; id: string }) {
  const query = useInfiniteQuery(streamHistory(kind, id));
  if (!query.data) {
    if (!query.isError) return <SkeletonRows rows={6} />;
    if (query.error instanceof ApiError && query.error.status === 404) {
      return <Empty title={t.log.noEvents}>{t.log.noEventsHint}</Empty>;
    }
    return <ErrorPanel what={t.log.explorer} error={query.error} onRetry={() => query.refetch()} />;
  }
  const events = query.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <Empty title={t.log.noEvents}>{t.log.noEventsHint}</Empty>;
  return (
    <>
      <ol aria-label={t.log.explorer} className="divide-y">
        {events.map((event) => (
          <EventRow key={event.position} event={event} />
        ))}
      </ol>
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

function EventRow({ event }: { event: HistoryEvent }) {
  return (
    <li>
      <details className="group [content-visibility:auto]">
        <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2 hover:bg-hover/60 focus-visible:-outline-offset-2">
          <span className="tnum w-9 shrink-0 text-xs text-faint">
            {t.log.version(event.version)}
          </span>
          <code className="font-mono text-sm font-medium">{event.type}</code>
          {event.personal === "erased" && <Badge tone="warn">{t.log.erased}</Badge>}
          <span className="tnum ms-auto text-xs whitespace-nowrap text-faint">
            {event.actor && `${t.log.by(event.actor)} · `}
            <time dateTime={event.at} title={exactTime(event.at)}>
              {when(event.at).includes(",") ? when(event.at) : secondsTime(event.at)}
            </time>
            {` · #${count(event.position)}`}
          </span>
        </summary>
        <div className="flex flex-col gap-2 bg-sunken px-4 py-3 sm:ps-16">
          <Json value={event.data} label={event.type} />
          {event.personal && event.personal !== "erased" && (
            <>
              <p className="text-xs font-medium text-faint">{t.log.personal}</p>
              <Json value={event.personal} label={t.log.personal} />
            </>
          )}
          <p className="flex flex-wrap gap-x-4 font-mono text-2xs break-all text-faint">
            <span>{t.log.schema(event.schema_version)}</span>
            {event.correlation_id && (
              <span>
                {t.log.correlation} {event.correlation_id}
              </span>
            )}
            {event.causation_id && (
              <span>
                {t.log.causation} {event.causation_id}
              </span>
            )}
          </p>
        </div>
      </details>
    </li>
  );
}

function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <pre
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      role="region"
      className="max-h-80 overflow-auto font-mono text-xs leading-5 whitespace-pre-wrap"
    >
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
