import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { providerList } from "@/api/packages";
import type { Package, Profile } from "@/api/types";
import { LinkBadge, ProfileBadge } from "@/components/status-badge";
import { Dialog } from "@/components/ui/dialog";
import { Segments } from "@/components/ui/segments";
import { SkeletonRows } from "@/components/ui/states";
import { useMay } from "@/components/use-may";
import { numberWords } from "@/i18n/en/number-words";
import { HealthScore } from "./health-score";
import { Overview } from "./overview";
import { QualityBadge } from "./quality";
import { TABS, type Tab } from "./search";

const ChangePanel = lazy(() => import("./change-panel"));
const GroupsPanel = lazy(() => import("./groups-panel"));
const HealthPanel = lazy(() => import("./health-panel"));

const words = numberWords.drawer;

type Props = {
  pack: Package;
  profile: Profile;
  tab: Tab;
  onTab: (tab: Tab) => void;
  onLink: () => void;
  onClose: () => void;
};

/** Everything about one number, in parts that are fetched when they are looked at. */
export default function NumberDrawer({ pack, profile, tab, onTab, onLink, onClose }: Props) {
  const may = useMay("numbers.write");
  const abilities = useQuery(providerList()).data?.items.find(
    ({ name }) => name === profile.provider,
  )?.abilities;
  const allowed: Partial<Record<Tab, boolean>> = {
    change: may,
    groups: abilities?.lists_groups ?? tab === "groups",
  };
  const offered = TABS.filter((one) => allowed[one] ?? true);
  const shown = offered.includes(tab) ? tab : "overview";
  return (
    <Dialog open onOpenChange={onClose} side="end" title={profile.name} description={profile.phone}>
      <div className="mb-4 flex flex-wrap items-center gap-1.5">
        <ProfileBadge state={profile.state} />
        <LinkBadge state={profile.link.state} />
        <HealthScore profile={profile} />
        <QualityBadge quality={profile.quality} />
      </div>
      <div className="mb-4">
        <Segments
          label={words.tabsLabel}
          value={shown}
          options={offered.map((value) => ({ value, label: words.tabs[value] }))}
          onChange={onTab}
        />
      </div>
      <Suspense fallback={<SkeletonRows rows={4} className="px-0" />}>
        {shown === "overview" && <Overview pack={pack} profile={profile} onLink={onLink} />}
        {shown === "health" && <HealthPanel profile={profile} />}
        {shown === "change" && <ChangePanel pack={pack} profile={profile} />}
        {shown === "groups" && <GroupsPanel profile={profile} />}
      </Suspense>
    </Dialog>
  );
}
