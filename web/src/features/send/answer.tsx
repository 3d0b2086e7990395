import { Link } from "@tanstack/react-router";
import { CalendarClock, Send } from "lucide-react";
import { useEffect, useRef } from "react";
import type { OpenAccepted, Package } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, buttonStyle } from "@/components/ui/button";
import { Definition, Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { sendWords as words } from "@/i18n/en/send-words";
import { count, percent, when } from "@/i18n/format";
import { RejectedTable } from "./rejected-table";

type Props = { pack: Package; answer: OpenAccepted; onAgain: () => void };

/** What the server said: how many go, when, from which number to whom, and who was refused. */
export function Answer({ pack, answer, onAgain }: Props) {
  // The form that was sent is gone: the keyboard goes on at what it led to.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const later = answer.status === "scheduled";
  const Icon = later ? CalendarClock : Send;
  const { estimated_completion: end, binding_limit: limit } = answer;
  return (
    <div className="flex flex-col gap-4">
      <Panel label={words.answer}>
        <div className="flex flex-wrap items-center gap-3 border-b px-4 py-3">
          <span className="flex size-8 items-center justify-center rounded-lg bg-good-wash text-good">
            <Icon aria-hidden="true" className="size-4" />
          </span>
          <h2
            ref={heading}
            tabIndex={-1}
            className="min-w-0 flex-1 basis-40 text-base font-semibold outline-none"
          >
            {later
              ? words.scheduled(answer.total_recipients)
              : words.queued(answer.total_recipients)}
          </h2>
          <Button onClick={onAgain}>{words.again}</Button>
          <Link
            to="/campaigns/$id"
            params={{ id: answer.message_id }}
            className={buttonStyle({ look: "primary" })}
          >
            {words.follow}
          </Link>
        </div>
        <dl className="divide-y px-4 py-1.5">
          <Definition term={words.completion}>{end ? when(end) : words.never}</Definition>
          {limit && <Definition term={words.binding}>{t.limits[limit] ?? limit}</Definition>}
          <Definition term={words.refusedCount}>
            {answer.rejected.length > 0 ? count(answer.rejected.length) : words.none}
          </Definition>
        </dl>
      </Panel>
      <Distribution pack={pack} answer={answer} />
      {answer.rejected.length > 0 && <RejectedTable rejected={answer.rejected} />}
    </div>
  );
}

const tones: Record<string, Tone> = {
  active: "good",
  limit_reached: "warn",
  cooling_down: "warn",
  not_linked: "warn",
  blocked: "bad",
};

function Distribution({ pack, answer }: Pick<Props, "pack" | "answer">) {
  const { distribution, limits_status: limits, total_recipients: all } = answer;
  const ids = [...new Set([...Object.keys(distribution), ...Object.keys(limits)])];
  const share = (id: string) => distribution[id]?.length ?? 0;
  const nameOf = (id: string) =>
    pack.profiles.find((profile) => profile.id === id)?.name ?? words.goneNumber;
  return (
    <Panel title={words.distribution} label={words.distribution}>
      <p className="border-b px-4 py-2 text-xs text-soft">{words.distributionHint}</p>
      <ul className="divide-y">
        {ids
          .toSorted((a, b) => share(b) - share(a) || nameOf(a).localeCompare(nameOf(b)))
          .map((id) => (
            <li key={id} className="px-4 py-3">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="min-w-0 truncate font-medium">{nameOf(id)}</span>
                {limits[id] && (
                  <Badge tone={tones[limits[id].status]}>
                    {words.limitStates[limits[id].status] ?? limits[id].status}
                  </Badge>
                )}
                <span className="tnum ms-auto">
                  {words.shares(share(id))}{" "}
                  <span className="text-faint">{percent(share(id) / Math.max(all, 1))}</span>
                </span>
              </div>
              <span
                aria-hidden="true"
                className="mt-2 block h-1.5 overflow-hidden rounded-full bg-hover"
              >
                <span
                  className="block h-full rounded-full bg-accent"
                  style={{ width: `${(share(id) / Math.max(all, 1)) * 100}%` }}
                />
              </span>
              {limits[id] && (
                <p className="tnum mt-1.5 text-xs text-faint">
                  {words.hourly(limits[id].hourly)} · {words.daily(limits[id].daily)}
                </p>
              )}
              <Whom numbers={distribution[id] ?? []} />
            </li>
          ))}
      </ul>
    </Panel>
  );
}

function Whom({ numbers }: { numbers: string[] }) {
  if (numbers.length === 0) return null;
  return (
    <details className="mt-1.5 text-xs">
      <summary className="cursor-pointer font-medium text-accent-ink">{words.showWho}</summary>
      <p className="tnum mt-1 max-h-40 overflow-y-auto break-words text-soft">
        {numbers.join(", ")}
      </p>
    </details>
  );
}
