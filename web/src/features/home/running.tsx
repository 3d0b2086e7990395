import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runningCampaigns } from "@/api/campaigns";
import type { Campaign } from "@/api/types";
import { finishing } from "@/components/pace";
import { StateBar } from "@/components/state-bar";
import { reached } from "@/components/totals";
import { Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";

export function Running() {
  const query = useQuery(runningCampaigns());
  return (
    <Panel
      title={t.home.running}
      aside={
        <Link to="/campaigns" className="text-xs font-medium text-accent-ink hover:underline">
          {t.home.all}
        </Link>
      }
    >
      <Loaded query={query} what={t.home.running}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="px-4 py-7 text-center">
              <p className="font-medium">{t.home.noRunning}</p>
              <p className="text-soft">{t.home.noRunningHint}</p>
            </div>
          ) : (
            <ul className="divide-y">
              {items.map((campaign) => (
                <Row key={campaign.id} campaign={campaign} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Row({ campaign }: { campaign: Campaign }) {
  const { totals } = campaign;
  const end = finishing(campaign);
  return (
    <li>
      <Link
        to="/campaigns/$id"
        params={{ id: campaign.id }}
        className="block px-4 py-3 hover:bg-hover/60"
      >
        <div className="mb-2 flex items-baseline gap-3">
          <span className="min-w-0 flex-1 truncate font-medium">{campaign.name}</span>
          <span className="tnum text-xs whitespace-nowrap text-soft">
            {t.campaigns.reachedOf(reached(totals), totals.enrolled)}
          </span>
        </div>
        <StateBar totals={totals} label={campaign.name} />
        <p className="tnum mt-1.5 flex gap-3 text-xs text-faint">
          {campaign.rate_per_second != null && (
            <span>{t.campaigns.rate(campaign.rate_per_second.toFixed(1))}</span>
          )}
          {end ? (
            <span>{t.campaigns.eta(when(end))}</span>
          ) : (
            campaign.binding_limit && (
              <span className="text-warn">
                {t.limits[campaign.binding_limit.name] ?? campaign.binding_limit.name}
              </span>
            )
          )}
          {totals.failed > 0 && (
            <span className="text-bad">{t.campaigns.failedCount(totals.failed)}</span>
          )}
          {totals.uncertain > 0 && (
            <span className="text-warn">{t.campaigns.uncertainCount(totals.uncertain)}</span>
          )}
        </p>
      </Link>
    </li>
  );
}
