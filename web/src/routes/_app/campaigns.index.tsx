import { createFileRoute, Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Allowed } from "@/components/allowed";
import { buttonStyle } from "@/components/ui/button";
import { FilterRow } from "@/components/ui/filters";
import { PageFrame } from "@/components/ui/page";
import { Segments } from "@/components/ui/segments";
import { CampaignTable } from "@/features/campaigns/campaign-list";
import { t } from "@/i18n/catalogue";

const STATUSES = ["running", "paused", "draft", "completed", "cancelled"] as const;
type Status = (typeof STATUSES)[number];

export const Route = createFileRoute("/_app/campaigns/")({
  validateSearch: (search: Record<string, unknown>): { status?: Status } => ({
    status: STATUSES.find((status) => status === search.status),
  }),
  component: Campaigns,
});

function Campaigns() {
  const { status } = Route.useSearch();
  const navigate = Route.useNavigate();
  const choose = (next: Status | "any") =>
    void navigate({ search: { status: next === "any" ? undefined : next } });
  return (
    <PageFrame
      fill
      title={t.campaigns.title}
      actions={
        <Allowed to="campaigns.write" instead={t.campaigns.new}>
          <Link to="/campaigns/new" className={buttonStyle({ look: "primary" })}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t.campaigns.new}
          </Link>
        </Allowed>
      }
    >
      <FilterRow>
        <Segments
          label={t.campaigns.status}
          value={status ?? "any"}
          onChange={choose}
          options={[
            { value: "any" as const, label: t.campaigns.any },
            ...STATUSES.map((value) => ({ value, label: t.campaignStatus[value] })),
          ]}
        />
      </FilterRow>
      <div className="card mb-4 flex min-h-0 flex-1 flex-col overflow-clip">
        <CampaignTable status={status} onClear={() => choose("any")} />
      </div>
    </PageFrame>
  );
}
