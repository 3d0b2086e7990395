import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { team } from "@/api/team";
import type { Team } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { InviteList } from "./invite-list";
import { MemberTable } from "./member-table";

/** Who belongs to the organisation, and who is asked to. */
export function People({ onInvite }: { onInvite: () => void }) {
  const query = useQuery(team());
  const reason = useWhyNot("team.write");
  const button = (look?: "primary") => (
    <Button size="sm" look={look} reason={reason} onClick={onInvite}>
      <UserPlus aria-hidden="true" className="size-3.5" />
      {t.team.invite}
    </Button>
  );
  return (
    <Loaded query={query} what={t.team.title} skeleton={<SkeletonRows rows={6} className="px-0" />}>
      {(data) => (
        <>
          <Panel
            title={
              <>
                {t.team.members}
                <span className="ms-2.5 font-normal text-faint">
                  {t.team.lead(data.items.length)}
                </span>
              </>
            }
            aside={button()}
          >
            <MemberTable members={data.items} mayWrite={!reason} />
            {isAlone(data) && (
              <div className="border-t">
                <Empty title={t.team.alone} action={button("primary")}>
                  {t.team.aloneHint}
                </Empty>
              </div>
            )}
          </Panel>
          {data.invites.length > 0 && <InviteList invites={data.invites} />}
        </>
      )}
    </Loaded>
  );
}

const isAlone = ({ items, invites }: Team) => items.length <= 1 && invites.length === 0;
