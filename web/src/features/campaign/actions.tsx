import { Link, useNavigate } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useState } from "react";
import { actOnCampaign, type CampaignAction, deleteCampaign } from "@/api/campaigns";
import type { Campaign } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { Button, buttonStyle } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";

export function Actions({ campaign }: { campaign: Campaign }) {
  const [asking, setAsking] = useState<"cancel" | "delete" | null>(null);
  // Accepted, and not seen here yet: the state that it will leave, and by which action.
  const [leaving, setLeaving] = useState<{ status: string; by: CampaignAction } | null>(null);
  if (leaving && leaving.status !== campaign.status) setLeaving(null);
  const navigate = useNavigate();
  const reason = useWhyNot("campaigns.write");
  const act = useCommand({
    run: (action: CampaignAction, key) => actOnCampaign(campaign.id, action, key),
    kind: (action) => action,
    title: (action) => t.campaign.titles[action],
    touches: [["campaigns"], ["wallet"]],
    onAccepted: (_, by) => {
      setAsking(null);
      setLeaving({ status: campaign.status, by });
    },
  });
  const remove = useCommand({
    run: (_: undefined) => deleteCampaign(campaign.id),
    title: t.campaign.delete,
    touches: [["campaigns", "list"]],
    onAccepted: () => void navigate({ to: "/campaigns" }),
  });
  const pending = (action: CampaignAction) =>
    (act.isPending && act.variables === action) || leaving?.by === action;
  const blocked = reason || (leaving !== null && t.campaign.changing);
  const { totals, status } = campaign;
  return (
    <>
      {status === "draft" && (
        <>
          <Button look="quiet" reason={reason} onClick={() => setAsking("delete")}>
            {t.campaign.delete}
          </Button>
          <Allowed to="campaigns.write" instead={t.campaign.start}>
            <Link
              to="/campaigns/new"
              search={{ draft: campaign.id, step: 4 }}
              className={buttonStyle({ look: "primary" })}
            >
              {t.campaign.start}
            </Link>
          </Allowed>
        </>
      )}
      {(status === "running" || status === "paused") && (
        <Button
          look="quiet"
          reason={blocked}
          pending={pending("cancel")}
          onClick={() => setAsking("cancel")}
        >
          {t.campaign.cancel}
        </Button>
      )}
      {status === "running" && (
        <Button reason={blocked} pending={pending("pause")} onClick={() => act.mutate("pause")}>
          <Pause aria-hidden="true" className="size-3.5" />
          {t.campaign.pause}
        </Button>
      )}
      {status === "paused" && (
        <Button
          look="primary"
          reason={blocked}
          pending={pending("resume")}
          onClick={() => act.mutate("resume")}
        >
          <Play aria-hidden="true" className="size-3.5" />
          {t.campaign.resume}
        </Button>
      )}
      <Dialog
        open={asking === "cancel"}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t.campaign.cancelTitle}
        description={t.campaign.cancelHint(totals.queued)}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setAsking(null)}>
            {t.campaign.keepRunning}
          </Button>
          <Button look="danger" pending={pending("cancel")} onClick={() => act.mutate("cancel")}>
            {t.campaign.cancel}
          </Button>
        </DialogActions>
      </Dialog>
      <Dialog
        open={asking === "delete"}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t.campaign.deleteTitle}
        description={t.campaign.deleteHint}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setAsking(null)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {t.campaign.delete}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
