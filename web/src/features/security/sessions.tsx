import { useQuery } from "@tanstack/react-query";
import { endOtherSessions, sessions } from "@/api/sessions";
import { Panel } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { EndButton } from "./end-button";
import { SessionTable } from "./session-table";

/** Where the person who looks is signed in. */
export function Sessions() {
  const query = useQuery(sessions());
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t.security.lead}</p>
      <Loaded
        query={query}
        what={t.security.sessions}
        skeleton={<SkeletonRows rows={3} className="px-0" />}
      >
        {({ items }) => {
          const others = items.some(({ current }) => !current);
          return (
            <Panel title={t.security.sessions} aside={others && <EndOthers />}>
              <SessionTable sessions={items} />
              {!others && (
                <div className="border-t">
                  <Empty title={t.security.alone}>{t.security.aloneHint}</Empty>
                </div>
              )}
            </Panel>
          );
        }}
      </Loaded>
    </>
  );
}

function EndOthers() {
  return (
    <EndButton
      run={endOtherSessions}
      label={t.security.endOthers}
      title={t.security.endOthersTitle}
      hint={t.security.endOthersHint}
    />
  );
}
