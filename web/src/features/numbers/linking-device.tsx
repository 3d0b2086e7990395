import type { Profile } from "@/api/types";
import { LiveMark } from "@/components/live-banner";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { explain } from "@/components/ui/toasts";
import { useWhyNot } from "@/components/use-may";
import { numberWords } from "@/i18n/en/number-words";
import { LinkCode } from "./link-code";
import { State } from "./link-state";
import { LinkSteps } from "./link-steps";
import { LinkedDevice } from "./linked-device";
import { LostDevice, UnlinkedDevice } from "./unlinked-device";
import { useLinkCommand } from "./use-link-command";
import { useLinking } from "./use-linking";

const words = numberWords.linking;

/** A code waits to be scanned. What the stream says is shown at once, before the list knows it. */
export function LinkingDevice({ profile }: { profile: Profile }) {
  const reason = useWhyNot("numbers.write");
  const { seen, live } = useLinking(profile, !reason);
  const command = useLinkCommand(profile);
  const { state, detail, phone } = seen?.linking ?? profile.link;
  const code = seen?.linking.code ?? null;
  return (
    <>
      <State state={state} />
      {state === "linked" ? (
        <LinkedDevice profile={profile} phone={phone} since={null} />
      ) : state === "unlinked" ? (
        <UnlinkedDevice profile={profile} detail={detail} />
      ) : state === "disconnected" ? (
        <LostDevice profile={profile} detail={detail} />
      ) : reason ? (
        <p className="text-soft">{words.notAllowed}</p>
      ) : (
        <div className="flex flex-col gap-4">
          {live.state === "stale" && (
            <p role="status" className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
              {words.reconnecting}
            </p>
          )}
          <LinkCode code={code} since={seen?.codeAt ?? null} />
          {detail && <p className="text-warn first-letter:uppercase">{detail}</p>}
          <LinkSteps />
          {command.error && <Refusal>{explain(command.error)}</Refusal>}
          <div className="flex items-center justify-between gap-2">
            <LiveMark live={live} />
            <Button
              size="sm"
              look="quiet"
              pending={command.isPending}
              onClick={() => command.mutate("unlink")}
            >
              {words.stop}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}
