import { resendInvite, withdrawInvite } from "@/api/team";
import type { Invite } from "@/api/team-types";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { ago, when } from "@/i18n/format";

export function InviteList({ invites }: { invites: Invite[] }) {
  return (
    <Panel title={t.team.invites} label={t.team.invites}>
      <ul className="divide-y">
        {invites.map((invite) => (
          <InviteRow key={invite.id} invite={invite} />
        ))}
      </ul>
    </Panel>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  const reason = useWhyNot("team.write");
  const resend = useCommand({
    run: (_: undefined, key) => resendInvite(invite.id, key),
    title: t.team.resendOf(invite.email),
    touches: [["team"]],
  });
  const withdraw = useCommand({
    run: (_: undefined, key) => withdrawInvite(invite.id, key),
    title: t.team.withdrawOf(invite.email),
    touches: [["team"]],
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{invite.email}</span>
          <Badge>{t.roles.names[invite.role]}</Badge>
        </p>
        <p className="truncate text-xs text-faint">
          {t.team.invitedBy(invite.invited_by, ago(invite.invited_at))}
        </p>
      </div>
      {invite.status === "expired" ? (
        <Badge tone="warn">{t.team.expired}</Badge>
      ) : (
        <span className="text-xs text-soft">{t.team.openUntil(when(invite.expires_at))}</span>
      )}
      <div className="flex gap-1.5">
        <Button
          size="sm"
          aria-label={t.team.resendOf(invite.email)}
          reason={reason}
          pending={resend.isPending}
          onClick={() => resend.mutate(undefined)}
        >
          {t.team.resend}
        </Button>
        <Button
          size="sm"
          look="quiet"
          aria-label={t.team.withdrawOf(invite.email)}
          reason={reason}
          // Accepted, and still listed: the read model has not come to it yet.
          pending={withdraw.isPending || withdraw.isSuccess}
          onClick={() => withdraw.mutate(undefined)}
        >
          {t.team.withdraw}
        </Button>
      </div>
    </li>
  );
}
