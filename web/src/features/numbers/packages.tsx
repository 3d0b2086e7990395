import { useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";
import { lazy, Suspense } from "react";
import { packageList } from "@/api/packages";
import type { Package, Profile } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { numberWords as words } from "@/i18n/en/number-words";
import { PackagePanel } from "./package-panel";
import type { NumbersSearch } from "./search";

// What opens on demand is fetched on demand.
const AddNumberDialog = lazy(() => import("./add-number-dialog"));
const LinkDrawer = lazy(() => import("./link-drawer"));
const NewPackageDialog = lazy(() => import("./new-package-dialog"));
const NumberDrawer = lazy(() => import("./number-drawer"));
const PreviewDialog = lazy(() => import("./preview-dialog"));
const SettingsDialog = lazy(() => import("./settings-dialog"));

type Props = { search: NumbersSearch; onGo: (search: NumbersSearch) => void };

export function Packages({ search, onGo }: Props) {
  const query = useQuery(packageList());
  return (
    <>
      <Loaded
        query={query}
        what={words.title}
        skeleton={<SkeletonRows rows={6} className="px-0" />}
      >
        {({ items }) =>
          items.length === 0 ? (
            <Nothing onGo={onGo} />
          ) : (
            <div className="flex flex-col gap-4">
              {items.map((pack) => (
                <PackagePanel key={pack.id} pack={pack} onGo={onGo} />
              ))}
            </div>
          )
        }
      </Loaded>
      <Suspense>
        {search.new && <NewPackageDialog onClose={() => onGo({})} />}
        {query.data && <Opened packages={query.data.items} search={search} onGo={onGo} />}
      </Suspense>
    </>
  );
}

function Nothing({ onGo }: Pick<Props, "onGo">) {
  const reason = useWhyNot("numbers.write");
  return (
    <Panel>
      <Empty
        title={words.none}
        art={<Smartphone aria-hidden="true" className="size-8" strokeWidth={1.4} />}
        action={
          <Button look="primary" reason={reason} onClick={() => onGo({ new: true })}>
            {words.addPackage}
          </Button>
        }
      >
        {words.noneHint}
      </Empty>
    </Panel>
  );
}

/** What the address says is open; what is not there any more is not. */
function Opened({ packages, search, onGo }: Props & { packages: Package[] }) {
  const find = (id: string | undefined) => packages.find((pack) => pack.id === id);
  const profile = (id: string | undefined): { pack: Package; profile: Profile } | null => {
    for (const pack of packages) {
      const profile = pack.profiles.find((one) => one.id === id);
      if (profile) return { pack, profile };
    }
    return null;
  };
  const close = () => onGo({});
  const adding = find(search.add);
  const setting = find(search.settings);
  const asking = find(search.preview);
  const opened = profile(search.open);
  const linking = profile(search.link);
  return (
    <>
      {adding && (
        <AddNumberDialog pack={adding} onClose={close} onLink={(link) => onGo({ link })} />
      )}
      {setting && <SettingsDialog key={setting.id} pack={setting} onClose={close} />}
      {asking && <PreviewDialog pack={asking} onClose={close} />}
      {opened && (
        <NumberDrawer
          key={opened.profile.id}
          {...opened}
          tab={search.tab ?? "overview"}
          onTab={(tab) => onGo({ open: opened.profile.id, tab })}
          onLink={() => onGo({ link: opened.profile.id })}
          onClose={close}
        />
      )}
      {linking && <LinkDrawer key={linking.profile.id} profile={linking.profile} onClose={close} />}
    </>
  );
}
