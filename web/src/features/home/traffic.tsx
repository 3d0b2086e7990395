import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { daily } from "@/api/analytics";
import type { Day } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { Loaded, Skeleton } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { compact, count, dayLabel } from "@/i18n/format";

const DAYS = 14;

/** The dates of the last fortnight in the tenant's zone, oldest first. */
export function lastDates(zone: string, now = Date.now()): string[] {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  return Array.from({ length: DAYS }, (_, i) => format.format(now - (DAYS - 1 - i) * 86_400_000));
}

const parts = [
  { key: "sent", fill: "bg-st-read", label: t.home.sent },
  { key: "failed", fill: "bg-st-failed", label: t.home.failed },
  { key: "inbound", fill: "bg-st-sent", label: t.home.inbound },
] as const;

export function Traffic() {
  const [table, setTable] = useState(false);
  const dates = lastDates(useMe().tenant.time_zone);
  const query = useQuery(daily(dates[0] ?? "", dates.at(-1) ?? ""));
  return (
    <Panel
      title={t.home.lastDays}
      aside={
        <>
          <ul className="hidden items-center gap-3 text-xs text-soft sm:flex">
            {parts.map((part) => (
              <li key={part.key} className="flex items-center gap-1.5">
                <span aria-hidden="true" className={cn("size-2 rounded-[3px]", part.fill)} />
                {part.label}
              </li>
            ))}
          </ul>
          <Button size="sm" look="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? t.home.asChart : t.home.asTable}
          </Button>
        </>
      }
    >
      <Loaded query={query} what={t.home.lastDays} skeleton={<Skeleton className="m-4 h-40" />}>
        {({ items }) => {
          const byDate = new Map(items.map((day) => [day.date.slice(0, 10), day]));
          const days = dates.map((date) => ({ date, day: byDate.get(date) }));
          const quiet = items.every((day) => day.sent + day.failed + day.inbound === 0);
          if (quiet) return <p className="px-4 py-10 text-center text-soft">{t.home.noTraffic}</p>;
          return table ? <Rows days={days} /> : <Bars days={days} />;
        }}
      </Loaded>
    </Panel>
  );
}

type Dated = { date: string; day: Day | undefined };

function Bars({ days }: { days: Dated[] }) {
  const top = Math.max(
    ...days.map(({ day }) => (day ? day.sent + day.failed + day.inbound : 0)),
    1,
  );
  const summary = days
    .filter(({ day }) => day && day.sent + day.failed + day.inbound > 0)
    .map(
      ({ date, day }) =>
        `${dayLabel(date)}: ${parts.map((p) => `${p.label} ${count(day?.[p.key] ?? 0)}`).join(", ")}`,
    )
    .join("; ");
  return (
    <div role="img" aria-label={`${t.home.lastDays}. ${summary}`} className="px-4 pt-4 pb-3">
      <div className="relative flex h-36 items-end gap-1 sm:gap-2">
        <span className="tnum absolute start-0 top-0 -translate-y-2 bg-surface pe-1 text-2xs text-faint">
          {compact(top)}
        </span>
        <span className="absolute inset-x-0 top-0 -z-0 border-t border-dashed" />
        {days.map(({ date, day }) => (
          <div
            key={date}
            className="group relative mx-auto flex h-full max-w-11 flex-1 flex-col-reverse gap-px"
            title={
              day &&
              `${dayLabel(date)}: ${parts.map((p) => `${p.label} ${count(day[p.key])}`).join(", ")}`
            }
          >
            {parts.map((part, index) => {
              const value = day?.[part.key] ?? 0;
              return value > 0 ? (
                <div
                  key={part.key}
                  className={cn(
                    "min-h-[2px] w-full first:rounded-b-sm last:rounded-t-[3px] group-hover:opacity-80",
                    part.fill,
                  )}
                  style={{ height: `${(value / top) * 100}%` }}
                />
              ) : (
                index === 0 && !day && <div key="none" className="h-px w-full bg-line" />
              );
            })}
          </div>
        ))}
      </div>
      <div className="tnum mt-1.5 flex justify-between text-2xs text-faint">
        <span>{dayLabel(days[0]?.date ?? "")}</span>
        <span>{dayLabel(days[Math.floor(days.length / 2)]?.date ?? "")}</span>
        <span>{dayLabel(days.at(-1)?.date ?? "")}</span>
      </div>
    </div>
  );
}

function Rows({ days }: { days: Dated[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="tnum w-full text-end">
        <thead>
          <tr className="border-b text-xs text-faint">
            <th scope="col" className="px-4 py-1.5 text-start font-medium">
              {t.home.day}
            </th>
            {parts.map((part) => (
              <th key={part.key} scope="col" className="px-4 py-1.5 text-end font-medium">
                {part.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ date, day }) => (
            <tr key={date} className="border-b last:border-0">
              <th scope="row" className="px-4 py-1 text-start font-normal">
                {dayLabel(date)}
              </th>
              {parts.map((part) => (
                <td key={part.key} className="px-4 py-1">
                  {count(day?.[part.key] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
