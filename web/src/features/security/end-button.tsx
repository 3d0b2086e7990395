import type { QueryKey } from "@tanstack/react-query";
import { useState } from "react";
import type { Accepted } from "@/api/client";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";

type Props = {
  run: () => Promise<Accepted<unknown>>;
  label: string;
  /** Says which one is meant, where the label alone does not. */
  name?: string;
  title: string;
  hint: string;
  touches?: QueryKey[];
};

/** Ends a session, or several, or another way in, after asking. */
export function EndButton({
  run,
  label,
  name = label,
  title,
  hint,
  touches = [["sessions"]],
}: Props) {
  const [asking, setAsking] = useState(false);
  const end = useCommand({
    run: (_: undefined) => run(),
    title: name,
    touches,
    quietFailure: true,
    // What has ended leaves the list.
    silent: true,
    onAccepted: () => setAsking(false),
  });
  const ask = (open: boolean) => {
    end.reset();
    setAsking(open);
  };
  return (
    <>
      <Button size="sm" aria-label={name} onClick={() => ask(true)}>
        {label}
      </Button>
      <Dialog open={asking} onOpenChange={ask} title={title} description={hint}>
        {end.error && <Refusal>{explain(end.error)}</Refusal>}
        <DialogActions>
          <Button look="quiet" onClick={() => ask(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={end.isPending} onClick={() => end.mutate(undefined)}>
            {label}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
