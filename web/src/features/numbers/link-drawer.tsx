import type { Profile } from "@/api/types";
import { Dialog } from "@/components/ui/dialog";
import { numberWords } from "@/i18n/en/number-words";
import { State } from "./link-state";
import { LinkedDevice } from "./linked-device";
import { LinkingDevice } from "./linking-device";
import { LostDevice, UnlinkedDevice } from "./unlinked-device";

const words = numberWords.linking;

type Props = { profile: Profile; onClose: () => void };

/** The device of a number: linking one, how it stands, and unlinking it. */
export default function LinkDrawer({ profile, onClose }: Props) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={words.title(profile.name)}
      description={profile.phone}
    >
      <Standing profile={profile} />
    </Dialog>
  );
}

function Standing({ profile }: { profile: Profile }) {
  const { link } = profile;
  switch (link.state) {
    case "not_needed":
      return <p className="text-soft">{words.noneNeeded}</p>;
    // It shows its own state, which is newer than that of the list.
    case "linking":
      return <LinkingDevice key={link.since} profile={profile} />;
    case "linked":
      return (
        <>
          <State state={link.state} />
          <LinkedDevice profile={profile} phone={link.phone} since={link.since} />
        </>
      );
    case "disconnected":
      return (
        <>
          <State state={link.state} />
          <LostDevice profile={profile} detail={link.detail} />
        </>
      );
    default:
      return (
        <>
          <State state={link.state} />
          <UnlinkedDevice profile={profile} detail={link.detail} />
        </>
      );
  }
}
