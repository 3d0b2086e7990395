import { CircleCheck, TriangleAlert } from "lucide-react";
import type { Campaign } from "@/api/types";
import { StateBar, StateLegend } from "@/components/state-bar";
import { conservation } from "@/components/totals";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";

type Props = {
  campaign: Campaign;
  selected: string | undefined;
  onSelect: (state: string | undefined) => void;
  live: React.ReactNode;
};

export function Summary({ campaign, selected, onSelect, live }: Props) {
  return (
    <Panel title={t.campaign.progress} aside={live}>
      <div className="px-4 pt-4 pb-2">
        <StateBar totals={campaign.totals} label={campaign.name} thick />
      </div>
      <div className="px-2 pb-2">
        <StateLegend totals={campaign.totals} selected={selected} onSelect={onSelect} />
      </div>
      <Conserved campaign={campaign} />
    </Panel>
  );
}

function Conserved({ campaign }: { campaign: Campaign }) {
  const check = conservation(campaign.totals);
  const Icon = check.holds ? CircleCheck : TriangleAlert;
  return (
    <p
      data-conserved={check.holds}
      className={cn(
        "tnum flex items-center gap-2 border-t px-4 py-2 text-xs",
        check.holds ? "text-good" : "bg-bad-wash font-medium text-bad",
      )}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      {check.holds
        ? t.campaign.conserved(check.enrolled)
        : t.campaign.notConserved(check.enrolled, check.sum, check.difference)}
    </p>
  );
}
