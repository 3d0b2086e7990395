import { useQuery } from "@tanstack/react-query";
import { organisation } from "@/api/organisation";
import { retention } from "@/api/privacy";
import { Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { dayLabel, when } from "@/i18n/format";
import { RetentionForm } from "./retention-form";

/** For how long the text of messages can be read, and up to when it was made unreadable. */
export function Retention() {
  const { tenant } = useMe();
  const settings = useQuery(organisation(tenant.id));
  const run = useQuery(retention());
  return (
    <Panel title={t.privacy.retention} label={t.privacy.retention}>
      <p className="max-w-prose px-4 pt-3 text-soft">{t.privacy.retentionLead}</p>
      <Loaded query={settings} what={t.privacy.retention} skeleton={<SkeletonRows rows={2} />}>
        {(data) => <RetentionForm present={data} />}
      </Loaded>
      <div className="border-t text-soft">
        <Loaded query={run} what={t.privacy.retention} skeleton={<SkeletonRows rows={1} />}>
          {({ last_run }) => (
            <p className="px-4 py-3">
              {last_run
                ? t.privacy.lastRun(when(last_run.at), dayLabel(last_run.through))
                : t.privacy.neverRun}
            </p>
          )}
        </Loaded>
      </div>
    </Panel>
  );
}
