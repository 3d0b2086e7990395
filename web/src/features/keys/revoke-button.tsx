import { useState } from "react";
import { revokeKey } from "@/api/keys";
import type { ApiKey } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";

/** Ends a key at once, after asking. */
export function RevokeButton({ revoking: { id, name, hint } }: { revoking: ApiKey }) {
  const [asking, setAsking] = useState(false);
  const revoke = useCommand({
    run: (_: undefined, key) => revokeKey(id, key),
    title: t.apiKeys.revokeOf(name),
    touches: [["api-keys"]],
    quietFailure: true,
    onAccepted: () => setAsking(false),
  });
  const ask = (open: boolean) => {
    revoke.reset();
    setAsking(open);
  };
  return (
    <>
      <Button
        size="sm"
        look="quiet"
        aria-label={t.apiKeys.revokeOf(name)}
        onClick={() => ask(true)}
      >
        {t.apiKeys.revoke}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={ask}
        title={t.apiKeys.revokeTitle(name)}
        description={t.apiKeys.revokeHint(hint)}
      >
        {revoke.error && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(revoke.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={() => ask(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={revoke.isPending} onClick={() => revoke.mutate(undefined)}>
            {t.apiKeys.revoke}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
