import { useQuery } from "@tanstack/react-query";
import { endOtherSessions, sessions } from "@/api/sessions";
import { Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { EndButton } from "./end-button";
import { SessionTable } from "./session-table";

/** Where the person who looks is signed in. */
export function Sessions() {
  const query = useQuery(sessions());
  return (
    <Loaded
      query={query}
      what={t.security.sessions}
      skeleton={
        <Panel>
          <SkeletonRows rows={3} />
        </Panel>
      }
    >
      {({ items }) => {
        const others = items.some(({ current }) => !current);
        return (
          <Panel title={t.security.sessions} aside={others && <EndOthers />}>
            <p className="max-w-prose px-4 py-3 text-soft">{t.security.lead}</p>
            <SessionTable sessions={items} />
            {!others && (
              <div className="border-t px-4 py-3">
                <p className="font-medium">{t.security.alone}</p>
                <p className="text-soft">{t.security.aloneHint}</p>
              </div>
            )}
          </Panel>
        );
      }}
    </Loaded>
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
