import { actOnLink, type LinkAction } from "@/api/devices";
import type { Profile } from "@/api/types";
import { useCommand } from "@/components/use-command";
import { numberWords } from "@/i18n/en/number-words";

const words = numberWords.linking;

const titles: Record<LinkAction, string> = {
  start: words.starting,
  restart: words.restartTitle,
  unlink: words.unlinkAction,
};

/** Starts, restarts or ends the link of a number's device. */
export function useLinkCommand(profile: Profile, onAccepted?: () => void) {
  return useCommand({
    run: (action: LinkAction, key) => actOnLink(profile, action, key),
    kind: (action) => action,
    title: (action) => titles[action],
    touches: [["packages"]],
    quietFailure: true,
    onAccepted,
  });
}
