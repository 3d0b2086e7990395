import type { LiveState } from "@/api/use-stream";
import { cn } from "@/components/ui/class-names";
import { useNow } from "@/components/use-now";
import { t } from "@/i18n/catalogue";
import { duration } from "@/i18n/format";

/** Says how old the figures are while the stream is away; nothing while it is live. */
export function StaleBanner({ live }: { live: LiveState }) {
  if (live.state !== "stale") return null;
  return <Age since={live.since} />;
}

function Age({ since }: { since: number }) {
  const now = useNow(1000);
  return (
    <div
      role="status"
      className="flex animate-fade flex-wrap gap-x-3 rounded-[10px] bg-warn-wash px-4 py-2 text-warn"
    >
      <span className="tnum font-medium">
        {t.live.stale(duration(Math.max(1, (now - since) / 1000)))}
      </span>
      <span>{t.live.staleHint}</span>
    </div>
  );
}

export function LiveMark({ live }: { live: LiveState }) {
  const on = live.state === "live";
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-faint" data-live={live.state}>
      <span
        aria-hidden="true"
        className={cn(
          "size-1.5 rounded-full",
          on ? "bg-st-read" : "animate-breathe bg-st-uncertain",
        )}
      />
      {on ? t.live.live : t.live.connecting}
    </span>
  );
}
