import { useQuery } from "@tanstack/react-query";
import { profileHealth } from "@/api/devices";
import type { HealthEvent, Profile, ProfileHealth } from "@/api/types";
import { HistoryLink } from "@/components/history-link";
import { cn } from "@/components/ui/class-names";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { numberWords } from "@/i18n/en/number-words";
import { exactTime, when } from "@/i18n/format";
import { causeSaid } from "./health";
import { Deductions } from "./health-score";
import { ScoreHistory } from "./score-history";

const words = numberWords.history;

/** How a number does, how that came about, and everything that happened to it. */
export default function HealthPanel({ profile }: { profile: Profile }) {
  const query = useQuery(profileHealth(profile));
  return (
    <Loaded
      query={query}
      what={numberWords.health}
      skeleton={<SkeletonRows rows={5} className="px-0" />}
    >
      {(health) => <Parts health={health} />}
    </Loaded>
  );
}

function Parts({ health }: { health: ProfileHealth }) {
  return (
    <div className="flex flex-col gap-6">
      <section>
        <h3 className="font-semibold">{numberWords.healthOf100(health.score)}</h3>
        <Deductions items={health.deductions} />
      </section>
      <ScoreHistory health={health} />
      <section>
        <div className="mb-2 flex items-baseline justify-between">
          <h3 className="font-semibold">{words.errors}</h3>
          <HistoryLink kind="profile" id={health.profile.id} />
        </div>
        <Events events={health.history} />
      </section>
    </div>
  );
}

const BAD = new Set(["profile.blocked", "profile.disconnected", "profile.link_expired"]);
const WARN = new Set(["profile.cooled_down"]);
const GOOD = new Set(["profile.linked", "profile.activated"]);

function Events({ events }: { events: HealthEvent[] }) {
  if (events.length === 0) return <p className="text-soft">{words.noErrors}</p>;
  return (
    <ol aria-label={words.errors} className="flex flex-col">
      {events.map((event) => (
        <li key={event.position} className="flex gap-3 border-b py-2 last:border-0">
          <span
            aria-hidden="true"
            className={cn("mt-1.5 size-2 shrink-0 rounded-full", mark(event.type))}
          />
          <div className="min-w-0 flex-1">
            <p>{eventSaid(event)}</p>
            <Detail event={event} />
            <time
              dateTime={event.at}
              title={exactTime(event.at)}
              className="tnum text-xs text-faint"
            >
              {when(event.at)}
            </time>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Detail({ event: { detail, until, deductions } }: { event: HealthEvent }) {
  const said = [
    detail,
    until && words.until(when(until)),
    ...deductions.map((one) => `${causeSaid(one.cause)} (${numberWords.points(one.points)})`),
  ].filter(Boolean);
  return said.length > 0 && <p className="text-xs break-words text-soft">{said.join(" · ")}</p>;
}

const mark = (type: string): string =>
  BAD.has(type)
    ? "bg-st-failed"
    : WARN.has(type)
      ? "bg-st-uncertain"
      : GOOD.has(type)
        ? "bg-st-read"
        : "bg-edge";

/** One that is newer than this page by its name. */
function eventSaid({ type, score }: HealthEvent): string {
  if (type === "profile.health_changed" && score !== null) return words.scoreNow(score);
  const known = Object.hasOwn(words.events, type) ? words.events[type] : undefined;
  return known ?? type.replace("profile.", "").replaceAll("_", " ");
}
