import type { Package } from "@/api/types";
import { BeginFields } from "@/components/begin-fields";
import { packageSaid } from "@/components/pace";
import { StrategyFields } from "@/components/strategy-fields";
import { paceWords as words } from "@/i18n/en/pace-words";
import { type Draft, LATER, paceOf, toPace } from "./draft";

type Props = {
  draft: Draft;
  pack: Package | undefined;
  zone: string;
  onChange: (part: Partial<Draft>) => void;
};

/** How the campaign is spread over time, and when it begins. */
export function PaceFields({ draft, pack, zone, onChange }: Props) {
  const { strategy, minutes } = paceOf(draft.pace);
  return (
    <div className="flex flex-col gap-5">
      <StrategyFields
        name="pace"
        legend={words.strategy}
        value={strategy}
        minutes={minutes}
        ofPackage={pack ? packageSaid(pack) : ""}
        onChange={(next, typed) => onChange({ pace: toPace(next, typed) })}
      />
      <BeginFields
        at={draft.at === "" ? null : draft.at === LATER ? "" : draft.at}
        zone={zone}
        onChange={(at) => onChange({ at: at === null ? "" : at || LATER })}
      />
    </div>
  );
}

/** How a draft says that it is spread over time. */
export function paceSaid(draft: Draft, pack: Package | undefined): string {
  const { strategy, minutes } = paceOf(draft.pace);
  if (!strategy) return pack ? packageSaid(pack) : words.ofPackage;
  return words.said(
    words.strategies[strategy],
    strategy === "drip" ? words.every(Number(minutes)) : null,
  );
}
