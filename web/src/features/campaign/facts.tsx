import { Link } from "@tanstack/react-router";
import { Gauge, Hourglass, type LucideIcon } from "lucide-react";
import type { Campaign } from "@/api/types";
import { finishing, limitDetail, needsNumbers } from "@/components/pace";
import { Definition, Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { count, duration, when } from "@/i18n/format";

/** How fast it goes, why not faster, and what it costs. */
export function Facts({ campaign }: { campaign: Campaign }) {
  const running = campaign.status === "running";
  const end = finishing(campaign);
  const waits = running && needsNumbers(campaign.binding_limit);
  const seconds =
    campaign.started_at && campaign.completed_at
      ? (Date.parse(campaign.completed_at) - Date.parse(campaign.started_at)) / 1000
      : null;
  return (
    <>
      <Panel title={t.campaign.pace}>
        <div className="grid grid-cols-2 gap-4 px-4 py-3">
          <Pair label={t.campaign.rate}>
            {running && !waits && campaign.rate_per_second != null ? (
              t.campaign.perSecond(campaign.rate_per_second.toFixed(1))
            ) : (
              <span className="text-sm font-normal tracking-normal text-faint">
                {waits ? t.campaign.waits : running ? t.campaign.rateNone : t.campaign.notRunning}
              </span>
            )}
          </Pair>
          {seconds !== null ? (
            <Pair label={t.campaign.took}>{duration(seconds)}</Pair>
          ) : (
            <Pair label={t.campaign.eta}>
              {end ? (
                when(end)
              ) : (
                <span className="text-sm font-normal tracking-normal text-faint">
                  {t.campaign.etaNone}
                </span>
              )}
            </Pair>
          )}
        </div>
        {running &&
          (waits ? <Waiting campaign={campaign} /> : <Limit limit={campaign.binding_limit} />)}
      </Panel>
      <Panel title={t.campaign.points}>
        <dl className="divide-y px-4 py-1.5">
          <Definition term={t.campaign.reserved}>{count(campaign.points.reserved)}</Definition>
          <Definition term={t.campaign.captured}>{count(campaign.points.captured)}</Definition>
          <Definition term={t.campaign.released}>{count(campaign.points.released)}</Definition>
        </dl>
        <p className="px-4 pb-3 text-xs text-faint">{t.campaign.pointsHint}</p>
      </Panel>
    </>
  );
}

function Pair({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-faint">{label}</p>
      <p className="tnum truncate text-xl leading-7 font-semibold tracking-[-0.015em]">
        {children}
      </p>
    </div>
  );
}

type LimitProps = { limit: Campaign["binding_limit"] };

function Limit({ limit }: LimitProps) {
  return (
    <Binding Icon={Gauge} label={t.campaign.whySlow} limit={limit}>
      {limit && (
        <p className="tnum text-xs text-soft first-letter:uppercase">{limitDetail(limit)}</p>
      )}
    </Binding>
  );
}

/** It is not slow: nothing goes on before somebody has mended what it waits for. */
function Waiting({ campaign: { binding_limit: limit, attachment } }: { campaign: Campaign }) {
  const template = limit?.name === "no_template" && attachment?.type === "template";
  return (
    <Binding Icon={Hourglass} label={t.campaign.whatFor} limit={limit}>
      {template && <p className="text-xs text-soft">{t.campaign.untilTemplate}</p>}
      <p className="flex flex-wrap gap-x-3 text-xs font-medium text-accent-ink">
        {template && (
          <Link to="/templates" search={{ q: attachment.name }} className="hover:underline">
            {t.campaign.toTemplate}
          </Link>
        )}
        <Link to="/numbers" className="hover:underline">
          {t.campaign.toNumbers}
        </Link>
      </p>
    </Binding>
  );
}

type BindingProps = LimitProps & { Icon: LucideIcon; label: string; children: React.ReactNode };

function Binding({ Icon, label, limit, children }: BindingProps) {
  return (
    <div className="flex gap-2.5 border-t bg-sunken px-4 py-2.5">
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="min-w-0">
        <p className="text-xs text-faint">{label}</p>
        <p className="break-words">
          {limit ? (t.limits[limit.name] ?? limit.name) : t.campaign.nothingBinds}
        </p>
        {children}
      </div>
    </div>
  );
}
