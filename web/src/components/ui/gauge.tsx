import { count } from "@/i18n/format";
import { cn } from "./class-names";

type Props = { label: string; used: number; limit: number | null; unlimited: string };

/** "45/50": what was used of a limit, turning amber near it and red at it. */
export function Gauge({ label, used, limit, unlimited }: Props) {
  const share = limit ? Math.min(used / limit, 1) : 0;
  const fill = share >= 1 ? "bg-st-failed" : share >= 0.8 ? "bg-st-uncertain" : "bg-st-read";
  return (
    <div className="min-w-0">
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <span className="truncate text-faint">{label}</span>
        <span className="tnum font-medium whitespace-nowrap">
          {limit === null ? (
            <>
              {count(used)} <span className="font-normal text-faint">{unlimited}</span>
            </>
          ) : (
            `${count(used)}/${count(limit)}`
          )}
        </span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={limit ?? Math.max(used, 1)}
        aria-valuenow={used}
        aria-valuetext={limit === null ? `${used}, ${unlimited}` : `${used}/${limit}`}
        className="mt-1 h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={cn("h-full rounded-full transition-[width] duration-300", fill)}
          style={{ width: `${share * 100}%` }}
        />
      </div>
    </div>
  );
}

export function ProgressBar({ label, value, max }: { label: string; value: number; max: number }) {
  const share = max > 0 ? Math.min(value / max, 1) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-hover"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
