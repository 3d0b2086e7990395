import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { campaign as one } from "@/api/campaigns";
import type { Campaign } from "@/api/types";
import { LiveMark, StaleBanner } from "@/components/live-banner";
import { CampaignBadge } from "@/components/status-badge";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { About, WhoDidWhat } from "@/features/campaign/about";
import { Actions } from "@/features/campaign/actions";
import { Facts } from "@/features/campaign/facts";
import { Failures } from "@/features/campaign/failures";
import { LeftOut } from "@/features/campaign/left-out";
import { Recipients } from "@/features/campaign/recipients";
import { type DetailSearch, readSearch } from "@/features/campaign/search";
import { Summary } from "@/features/campaign/summary";
import { Uncertain } from "@/features/campaign/uncertain";
import { useProgress } from "@/features/campaign/use-progress";
import { t } from "@/i18n/catalogue";

const LeftOutDrawer = lazy(() => import("@/features/campaign/left-out-drawer"));
const MessageDrawer = lazy(() => import("@/features/campaign/message-drawer"));

export const Route = createFileRoute("/_app/campaigns/$id")({
  validateSearch: readSearch,
  component: CampaignScreen,
});

function CampaignScreen() {
  const { id } = Route.useParams();
  const query = useQuery(one(id));
  return (
    <PageFrame
      title={
        <span className="flex items-center gap-3">
          <span className="truncate">{query.data?.name ?? t.campaign.what}</span>
          {query.data && <CampaignBadge status={query.data.status} />}
        </span>
      }
      before={<BackLink to="/campaigns">{t.campaign.back}</BackLink>}
      actions={query.data && <Actions campaign={query.data} />}
    >
      <Loaded
        query={query}
        what={t.campaign.what}
        skeleton={<SkeletonRows rows={8} className="px-0" />}
      >
        {(campaign) => <Detail key={campaign.id} campaign={campaign} />}
      </Loaded>
    </PageFrame>
  );
}

function Detail({ campaign }: { campaign: Campaign }) {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const live = useProgress(campaign.id);
  const change = (part: Partial<DetailSearch>) =>
    void navigate({
      search: (old) => ({ ...old, ...part }),
      replace: !("message" in part || "person" in part),
      resetScroll: false,
    });
  return (
    <div className="flex flex-col gap-4">
      <StaleBanner live={live} />
      {campaign.status === "paused" && <Paused reason={campaign.paused_reason} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_18rem] xl:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Summary
            campaign={campaign}
            selected={search.status}
            onSelect={(status) =>
              change({ status: status as DetailSearch["status"], reason: undefined })
            }
            live={<LiveMark live={live} />}
          />
          <Uncertain id={campaign.id} count={campaign.totals.uncertain} />
          <Recipients campaign={campaign} search={search} onChange={change} />
          <LeftOut campaign={campaign} search={search} onChange={change} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Facts campaign={campaign} />
          <Failures
            id={campaign.id}
            selected={search.reason}
            onSelect={(reason) => change({ reason, status: reason ? "failed" : undefined })}
          />
          <About campaign={campaign} />
          <WhoDidWhat id={campaign.id} />
        </div>
      </div>
      <Suspense>
        {search.message && (
          <MessageDrawer id={search.message} onClose={() => change({ message: undefined })} />
        )}
        {search.person && (
          <LeftOutDrawer
            campaign={campaign.id}
            contact={search.person}
            onClose={() => change({ person: undefined })}
          />
        )}
      </Suspense>
    </div>
  );
}

/** Why it stands still, unless somebody here wanted it to. */
function Paused({ reason }: { reason: string | null }) {
  if (!reason || reason === "operator") return null;
  return (
    <p className="rounded-[10px] bg-warn-wash px-4 py-2 text-warn">
      <span className="font-medium">{t.campaign.paused}:</span> {reason.replaceAll("_", " ")}
    </p>
  );
}
