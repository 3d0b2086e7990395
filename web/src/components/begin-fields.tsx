import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { paceWords as words } from "@/i18n/en/pace-words";
import { fromLocal } from "@/i18n/zoned";

type Props = {
  /** A time of the zone's clock, empty while none is chosen; null to begin at once. */
  at: string | null;
  zone: string;
  onChange: (at: string | null) => void;
};

/** When sending begins: at once, or not before a time. */
export function BeginFields({ at, zone, onChange }: Props) {
  const moment = at ? fromLocal(at, zone) : null;
  const past = moment && moment.getTime() <= Date.now();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-soft">{words.when}</legend>
      <Choice
        name="begin"
        value="at-once"
        checked={at === null}
        onChoose={() => onChange(null)}
        title={words.atOnce}
      />
      <Choice
        name="begin"
        value="later"
        checked={at !== null}
        onChoose={() => onChange("")}
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
            value={at ?? ""}
            onChange={(event) => onChange(event.target.value)}
          />
        </Field>
      </Choice>
    </fieldset>
  );
}
