import { Panel } from "@/components/ui/page";
import { Empty } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { Erasures } from "./erasures";
import { Retention } from "./retention";

export function Privacy() {
  const noAccess = useWhyNot("privacy.write");
  return noAccess ? (
    <Panel>
      <Empty title={t.privacy.noAccess}>{noAccess}</Empty>
    </Panel>
  ) : (
    <div className="flex flex-col gap-4">
      <Retention />
      <Erasures />
    </div>
  );
}
