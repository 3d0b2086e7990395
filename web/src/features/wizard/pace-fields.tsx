import type { Package } from "@/api/types";
import { StrategyFields } from "@/components/strategy-fields";
import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { paceWords as words } from "@/i18n/en/pace-words";
import { fromLocal } from "@/i18n/zoned";
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
      <Begin draft={draft} zone={zone} onChange={onChange} />
    </div>
  );
}

function Begin({ draft, zone, onChange }: Omit<Props, "pack">) {
  const local = draft.at === LATER ? "" : draft.at;
  const at = local && fromLocal(local, zone);
  const past = at && at.getTime() <= Date.now();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-soft">{words.when}</legend>
      <Choice
        name="begin"
        value="at-once"
        checked={draft.at === ""}
        onChoose={() => onChange({ at: "" })}
        title={words.atOnce}
      />
      <Choice
        name="begin"
        value="later"
        checked={draft.at !== ""}
        onChoose={() => onChange({ at: LATER })}
        title={words.later}
      >
        <Field
          label={words.startAt}
          hint={past ? words.past : words.inZone(zone.replaceAll("_", " "))}
          className="sm:max-w-64"
        >
          <Input
            type="datetime-local"
            className="tnum"
            value={local}
            onChange={(event) => onChange({ at: event.target.value || LATER })}
          />
        </Field>
      </Choice>
    </fieldset>
  );
}

/** What a package does where a campaign does not say otherwise. */
function packageSaid({ settings }: Package): string {
  const minutes = settings.drip_interval_minutes;
  return words.said(
    words.strategies[settings.waiting_strategy],
    minutes === null ? null : words.every(minutes),
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
