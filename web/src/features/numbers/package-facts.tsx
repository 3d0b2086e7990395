import { CircleHelp } from "lucide-react";
import type { Package } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Popover } from "@/components/ui/popover";
import { t } from "@/i18n/catalogue";
import { numberWords as words } from "@/i18n/en/number-words";
import { paceWords } from "@/i18n/en/pace-words";
import { count } from "@/i18n/format";
import { said } from "./hours";

/** How a package sends, in a few words each; what they mean is behind the question mark. */
export function PackageFacts({ pack }: { pack: Package }) {
  const { settings, distribution } = pack;
  const drip = settings.drip_interval_minutes;
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-2 border-b bg-sunken px-4 py-2.5 lg:grid-cols-[auto_auto_minmax(0,1fr)_minmax(0,2fr)]">
      <Fact
        term={words.nextNumber}
        meaning={words.distributionMeanings[distribution]}
        value={words.distributions[distribution]}
      />
      <Fact
        term={paceWords.strategy}
        meaning={paceWords.meanings[settings.waiting_strategy]}
        value={paceWords.said(
          paceWords.strategies[settings.waiting_strategy],
          drip === null ? null : paceWords.every(drip),
        )}
      />
      <Fact
        term={words.hours.title}
        meaning={words.hours.hint}
        value={
          settings.active_hours
            ? `${said(settings.active_hours)} (${settings.active_hours.time_zone.replaceAll("_", " ")})`
            : words.hours.always
        }
      />
      <Fact term={words.limitsShort} value={limits(pack)} wide />
    </dl>
  );
}

/** Every limit that is set, the widest first. */
export function limits({ settings }: Pick<Package, "settings">): string {
  const limit = (value: number | null) => (value === null ? t.numbers.unlimited : count(value));
  const seconds = (ms: number) => String(Math.round(ms / 100) / 10);
  const { cooldown_ms: cooldown, jitter_min_ms: least, jitter_max_ms: most } = settings;
  return [
    words.limits(limit(settings.hourly_limit), limit(settings.daily_limit)),
    settings.rate_per_minute !== null && words.perMinute(settings.rate_per_minute),
    cooldown + most > 0 && words.pauseSaid(seconds(cooldown + least), seconds(cooldown + most)),
    settings.cap_per_campaign !== null && words.capSaid(settings.cap_per_campaign),
    settings.reply_headroom_percent > 0 && words.headroomSaid(settings.reply_headroom_percent),
    settings.pause_after_failures !== null && words.pausesSaid(settings.pause_after_failures),
  ]
    .filter(Boolean)
    .join(" · ");
}

type FactProps = { term: string; value: string; meaning?: string; wide?: boolean };

function Fact({ term, value, meaning, wide }: FactProps) {
  return (
    <div className={cn("min-w-0", wide && "max-lg:col-span-2")}>
      <dt className="flex items-center gap-1 text-xs text-faint">
        {term}
        {meaning && (
          <Popover
            title={value}
            trigger={
              <button
                type="button"
                aria-label={`${term}: ${value}`}
                className="-m-1 rounded p-1 text-faint hover:text-ink"
              >
                <CircleHelp aria-hidden="true" className="size-3.5" />
              </button>
            }
          >
            <p className="mt-1 text-soft">{meaning}</p>
          </Popover>
        )}
      </dt>
      <dd className="tnum text-soft">{value}</dd>
    </div>
  );
}
