import type { Campaign } from "@/api/types";
import { Definition, Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { count, duration, when } from "@/i18n/format";

/** How fast it goes, why not faster, and what it costs. */
export function Facts({ campaign }: { campaign: Campaign }) {
  const running = campaign.status === "running";
  const limit = campaign.binding_limit;
  const seconds =
    campaign.started_at && campaign.completed_at
      ? (Date.parse(campaign.completed_at) - Date.parse(campaign.started_at)) / 1000
      : null;
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
      <Panel title={t.campaign.rate}>
        <div className="p-4">
          <p className="tnum text-2xl font-semibold tracking-[-0.02em]">
            {running && campaign.rate_per_second != null ? (
              t.campaign.perSecond(campaign.rate_per_second.toFixed(1))
            ) : (
              <span className="text-base font-normal text-faint">{t.campaign.notRunning}</span>
            )}
          </p>
          <dl className="mt-1 divide-y">
            {seconds !== null ? (
              <Definition term={t.campaign.took}>{duration(seconds)}</Definition>
            ) : (
              <Definition term={t.campaign.eta}>
                {campaign.eta ? when(campaign.eta) : t.campaign.etaNone}
              </Definition>
            )}
            <Definition term={t.campaign.whySlow}>
              {!limit ? (
                t.campaign.nothingBinds
              ) : typeof limit === "string" ? (
                limit
              ) : (
                <>
                  {limit.name}
                  <span className="block text-xs text-faint">{limit.detail}</span>
                </>
              )}
            </Definition>
          </dl>
        </div>
      </Panel>
      <Panel title={t.campaign.points}>
        <dl className="divide-y px-4 py-1.5">
          <Definition term={t.campaign.reserved}>{count(campaign.points.reserved)}</Definition>
          <Definition term={t.campaign.captured}>{count(campaign.points.captured)}</Definition>
          <Definition term={t.campaign.released}>{count(campaign.points.released)}</Definition>
        </dl>
        <p className="px-4 pb-3 text-xs text-faint">{t.campaign.pointsHint}</p>
      </Panel>
    </div>
  );
}
