import type { Profile } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { explain } from "@/components/ui/toasts";
import { useWhyNot } from "@/components/use-may";
import { numberWords } from "@/i18n/en/number-words";
import { LinkSteps } from "./link-steps";
import { useLinkCommand } from "./use-link-command";

const words = numberWords.linking;

type Props = { profile: Profile; detail: string | null };

/** No phone is linked: why, and the way to a code. */
export function UnlinkedDevice({ profile, detail }: Props) {
  const command = useLinkCommand(profile);
  const reason = useWhyNot("numbers.write");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft">{words.unlinked}</p>
      {detail && <Reason detail={detail} />}
      <LinkSteps />
      {command.error && <Refusal>{explain(command.error)}</Refusal>}
      <Button
        look="primary"
        size="lg"
        reason={reason}
        pending={command.isPending}
        onClick={() => command.mutate("start")}
      >
        {detail ? words.again : words.start}
      </Button>
    </div>
  );
}

/** A phone was linked and is gone: often a restart brings it back, else it is scanned anew. */
export function LostDevice({ profile, detail }: Props) {
  const command = useLinkCommand(profile);
  const reason = useWhyNot("numbers.write");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft">{words.disconnected}</p>
      {detail && <Reason detail={detail} />}
      {command.error && <Refusal>{explain(command.error)}</Refusal>}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          reason={reason}
          pending={command.isPending && command.variables === "start"}
          onClick={() => command.mutate("start")}
        >
          {words.again}
        </Button>
        <Button
          reason={reason}
          pending={command.isPending && command.variables === "restart"}
          onClick={() => command.mutate("restart")}
        >
          {words.restart}
        </Button>
      </div>
      <p className="text-xs text-faint">{words.restartHint}</p>
    </div>
  );
}

function Reason({ detail }: { detail: string }) {
  return (
    <p className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
      <span className="font-medium">{words.why}:</span> {detail}
    </p>
  );
}
