import type { Totals } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";
import { count, percent } from "@/i18n/format";
import { STATES, stateFill } from "./totals";

type Props = { totals: Totals; label: string; thick?: boolean };

/** All recipients as one bar, a part for each state. */
export function StateBar({ totals, label, thick }: Props) {
  const all = Math.max(totals.enrolled, 1);
  const parts = STATES.filter((state) => totals[state] > 0);
  const text = parts.map((state) => `${t.status[state]} ${count(totals[state])}`).join(", ");
  return (
    <div
      role="img"
      aria-label={`${label}: ${text || t.campaigns.noRecipientsYet}`}
      className={cn(
        "flex w-full gap-px overflow-hidden rounded-full bg-hover",
        thick ? "h-3" : "h-1.5",
      )}
    >
      {parts.map((state) => (
        <div
          key={state}
          className={cn(
            "h-full transition-[flex-grow] duration-300",
            stateFill[state],
            state === "cancelled" && "hatch",
          )}
          style={{ flexGrow: totals[state] / all, flexBasis: 0, minWidth: 3 }}
        />
      ))}
    </div>
  );
}

type LegendProps = {
  totals: Totals;
  selected?: string;
  onSelect: (state: string | undefined) => void;
};

/** The same parts as figures; pressing one filters the recipients to it. */
export function StateLegend({ totals, selected, onSelect }: LegendProps) {
  return (
    <ul className="grid grid-cols-2 gap-1 sm:grid-cols-4">
      {[...STATES].map((state) => {
        const on = selected === state;
        return (
          <li key={state}>
            <button
              type="button"
              aria-pressed={on}
              onClick={() => onSelect(on ? undefined : state)}
              className={cn(
                "flex w-full flex-col rounded-lg px-2.5 py-1.5 text-start transition-colors hover:bg-hover",
                on && "bg-accent-wash hover:bg-accent-wash",
              )}
            >
              <span className="flex items-center gap-1.5 text-xs text-soft">
                <span
                  aria-hidden="true"
                  className={cn(
                    "size-2 rounded-[3px]",
                    stateFill[state],
                    state === "cancelled" && "hatch",
                  )}
                />
                {t.status[state]}
              </span>
              <span className="tnum flex items-baseline gap-1.5">
                <span
                  className={cn(
                    "text-base font-semibold",
                    totals[state] === 0 && "font-normal text-faint",
                  )}
                  data-state={state}
                >
                  {count(totals[state])}
                </span>
                {totals[state] > 0 && (
                  <span className="text-xs text-faint">
                    {percent(totals[state] / Math.max(totals.enrolled, 1))}
                  </span>
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
