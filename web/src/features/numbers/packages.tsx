import { useQuery } from "@tanstack/react-query";
import { Plus, Settings2, Smartphone } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { packageList } from "@/api/packages";
import type { Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { ProfileRow } from "./profile-row";

// What opens on demand is fetched on demand.
const AddProfileDialog = lazy(() => import("./add-profile-dialog"));
const SettingsDialog = lazy(() => import("./settings-dialog"));

export function Packages({ onNew }: { onNew: () => void }) {
  const query = useQuery(packageList());
  const reason = useWhyNot("numbers.write");
  return (
    <Loaded
      query={query}
      what={t.numbers.title}
      skeleton={<SkeletonRows rows={6} className="px-0" />}
    >
      {({ items }) =>
        items.length === 0 ? (
          <Panel>
            <Empty
              title={t.numbers.none}
              art={<Smartphone aria-hidden="true" className="size-8" strokeWidth={1.4} />}
              action={
                <Button look="primary" reason={reason} onClick={onNew}>
                  {t.numbers.addPackage}
                </Button>
              }
            >
              {t.numbers.noneHint}
            </Empty>
          </Panel>
        ) : (
          <div className="flex flex-col gap-4">
            {items.map((pack) => (
              <PackagePanel key={pack.id} pack={pack} />
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function PackagePanel({ pack }: { pack: Package }) {
  const [dialog, setDialog] = useState<"add" | "settings" | null>(null);
  const reason = useWhyNot("numbers.write");
  const limit = (value: number | null) => (value === null ? t.numbers.unlimited : count(value));
  return (
    <Panel
      title={
        <>
          {pack.name}
          <span className="ms-2.5 font-normal text-faint max-sm:hidden">
            {t.numbers.limits(limit(pack.settings.hourly_limit), limit(pack.settings.daily_limit))}{" "}
            · {t.numbers.rotation}
          </span>
        </>
      }
      aside={
        <>
          <Button size="sm" look="quiet" reason={reason} onClick={() => setDialog("settings")}>
            <Settings2 aria-hidden="true" className="size-3.5" />
            {t.numbers.settings}
          </Button>
          <Button size="sm" reason={reason} onClick={() => setDialog("add")}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t.numbers.addProfile}
          </Button>
        </>
      }
    >
      {pack.profiles.length === 0 ? (
        <p className="px-4 py-8 text-center text-soft">{t.numbers.noProfiles}</p>
      ) : (
        <ul className="divide-y">
          {pack.profiles.map((profile) => (
            <ProfileRow key={profile.id} profile={profile} />
          ))}
        </ul>
      )}
      <Suspense>
        {dialog === "add" && <AddProfileDialog pack={pack} onClose={() => setDialog(null)} />}
        {dialog === "settings" && <SettingsDialog pack={pack} onClose={() => setDialog(null)} />}
      </Suspense>
    </Panel>
  );
}
