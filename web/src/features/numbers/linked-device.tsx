import { useState } from "react";
import type { Profile } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { explain } from "@/components/ui/toasts";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { numberWords } from "@/i18n/en/number-words";
import { when } from "@/i18n/format";
import { useLinkCommand } from "./use-link-command";

const words = numberWords.linking;

type Props = { profile: Profile; phone: string | null; since: string | null };

/** A phone is linked: which, since when, and the ways to restart or unlink it. */
export function LinkedDevice({ profile, phone, since }: Props) {
  const [asking, setAsking] = useState(false);
  const command = useLinkCommand(profile, () => setAsking(false));
  const reason = useWhyNot("numbers.write");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft">{words.linked}</p>
      <dl className="divide-y border-y">
        {phone && <Definition term={words.linkedWith}>{phone}</Definition>}
        {since && <Definition term={words.since}>{when(since)}</Definition>}
      </dl>
      {phone && phone !== profile.phone && (
        <p className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
          {words.otherPhone(profile.phone)}
        </p>
      )}
      {command.error && !asking && <Refusal>{explain(command.error)}</Refusal>}
      <div className="flex flex-wrap gap-2">
        <Button
          reason={reason}
          pending={command.isPending && command.variables === "restart"}
          onClick={() => command.mutate("restart")}
        >
          {words.restart}
        </Button>
        <Button look="quiet" reason={reason} onClick={() => setAsking(true)}>
          {words.unlink}
        </Button>
      </div>
      <p className="text-xs text-faint">{words.restartHint}</p>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={words.unlinkTitle(profile.name)}
        description={words.unlinkHint}
      >
        {command.error && <Refusal>{explain(command.error)}</Refusal>}
        <DialogActions>
          <Button look="quiet" onClick={() => setAsking(false)}>
            {t.actions.cancel}
          </Button>
          <Button
            look="danger"
            pending={command.isPending && command.variables === "unlink"}
            onClick={() => command.mutate("unlink")}
          >
            {words.unlinkAction}
          </Button>
        </DialogActions>
      </Dialog>
    </div>
  );
}
