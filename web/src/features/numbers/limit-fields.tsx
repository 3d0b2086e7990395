import { Field, Input } from "@/components/ui/field";
import { numberWords as words } from "@/i18n/en/number-words";
import type { Numeric, SettingsText } from "./settings-form";

type Props = { form: SettingsText; onChange: (part: Partial<SettingsText>) => void };

/** The limits that hold for each number of a package. */
export function LimitFields({ form, onChange }: Props) {
  const number = (
    key: Numeric,
    label: string,
    { min = 1, max = 1_000_000_000, hint, required = false }: Bounds = {},
  ) => (
    <Field name={`settings.${key}`} label={label} hint={hint}>
      <Input
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={key === "cooldown_seconds" ? "any" : 1}
        required={required}
        className="tnum"
        value={form[key]}
        onChange={(event) => onChange({ [key]: event.target.value })}
      />
    </Field>
  );
  const needed = { min: 0, required: true };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-xs font-medium text-soft">{words.limitsTitle}</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        {number("hourly_limit", words.hourly, { hint: words.emptyNoLimit })}
        {number("daily_limit", words.daily, { hint: words.dayIsUtc })}
        {number("rate_per_minute", words.rate, { hint: words.emptyNoLimit })}
        {number("cap_per_campaign", words.cap, { hint: words.emptyNoLimit })}
        {number("jitter_min_ms", words.jitterMin, needed)}
        {number("jitter_max_ms", words.jitterMax, needed)}
        {number("cooldown_seconds", words.cooldown, needed)}
        {number("reply_headroom_percent", words.headroom, {
          ...needed,
          max: 90,
          hint: words.headroomHint,
        })}
        {number("pause_after_failures", words.pauseAfter, { max: 100, hint: words.pauseAfterHint })}
      </div>
    </fieldset>
  );
}

type Bounds = { min?: number; max?: number; hint?: string; required?: boolean };
