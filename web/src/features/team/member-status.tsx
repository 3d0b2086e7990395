import { useState } from "react";
import { changeMember } from "@/api/team";
import type { Member, MemberStatus } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";

/** Takes a person out of the organisation or back in, after asking. */
export function MemberStatusButton({ member }: { member: Member }) {
  const [asking, setAsking] = useState(false);
  const active = member.status === "active";
  const name = member.full_name;
  const label = active ? t.team.deactivate : t.team.reactivate;
  const title = active ? t.team.deactivateOf(name) : t.team.reactivateOf(name);
  const change = useCommand({
    run: (status: MemberStatus, key) => changeMember(member.id, { status }, key),
    title,
    touches: [["team"]],
    quietFailure: true,
    onAccepted: () => setAsking(false),
  });
  const ask = (open: boolean) => {
    change.reset();
    setAsking(open);
  };
  return (
    <>
      <Button size="sm" aria-label={title} onClick={() => ask(true)}>
        {label}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={ask}
        title={active ? t.team.deactivateTitle(name) : t.team.reactivateTitle(name)}
        description={
          active ? t.team.deactivateHint : t.team.reactivateHint(t.roles.names[member.role])
        }
      >
        {change.error && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(change.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={() => ask(false)}>
            {t.actions.cancel}
          </Button>
          <Button
            look={active ? "danger" : "primary"}
            pending={change.isPending}
            onClick={() => change.mutate(active ? "deactivated" : "active")}
          >
            {label}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
