import { Link } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import type { Campaign } from "@/api/types";
import { finishing, limitDetail, needsNumbers } from "@/components/pace";
import { Definition, Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { count, duration, when } from "@/i18n/format";

/** How fast it goes, why not faster, and what it costs. */
export function Facts({ campaign }: { campaign: Campaign }) {
  const running = campaign.status === "running";
  const end = finishing(campaign);
  const seconds =
    campaign.started_at && campaign.completed_at
      ? (Date.parse(campaign.completed_at) - Date.parse(campaign.started_at)) / 1000
      : null;
  return (
    <>
      <Panel title={t.campaign.pace}>
        <div className="grid grid-cols-2 gap-4 px-4 py-3">
          <Pair label={t.campaign.rate}>
            {running && campaign.rate_per_second != null ? (
              t.campaign.perSecond(campaign.rate_per_second.toFixed(1))
            ) : (
              <span className="text-sm font-normal tracking-normal text-faint">
                {running ? t.campaign.rateNone : t.campaign.notRunning}
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
        {running && <Limit limit={campaign.binding_limit} />}
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

function Limit({ limit }: { limit: Campaign["binding_limit"] }) {
  const nobody = needsNumbers(limit);
  return (
    <div className="flex gap-2.5 border-t bg-sunken px-4 py-2.5">
      <Gauge aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="min-w-0">
        <p className="text-xs text-faint">{t.campaign.whySlow}</p>
        <p className="break-words">
          {limit ? (t.limits[limit.name] ?? limit.name) : t.campaign.nothingBinds}
        </p>
        {limit && !nobody && (
          <p className="tnum text-xs text-soft first-letter:uppercase">{limitDetail(limit)}</p>
        )}
        {nobody && (
          <Link to="/numbers" className="text-xs font-medium text-accent-ink hover:underline">
            {t.campaign.toNumbers}
          </Link>
        )}
      </div>
    </div>
  );
}
