import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import type { Hours } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { inputStyle, Select } from "@/components/ui/plain-field";
import { Segments } from "@/components/ui/segments";
import { ZoneOptions } from "@/components/zone-options";
import { numberWords } from "@/i18n/en/number-words";
import { meaning, PRESETS, same, WEEK } from "./hours";
import type { SettingsText } from "./settings-form";

const words = numberWords.hours;

type Value = SettingsText["hours"];
type Props = {
  value: Value;
  /** For windows that are new. */
  zone: string;
  /** What the server found wrong, by the field of the settings. */
  error?: string;
  onChange: (value: Value) => void;
};

/** When campaigns may send: in which zone, and in which windows of which days. */
export function HoursEditor({ value, zone, error, onChange }: Props) {
  const zoneId = useId();
  const change = (windows: Hours[]) => onChange({ zone: value?.zone ?? zone, windows });
  return (
    <fieldset className="flex min-w-0 flex-col gap-2.5">
      <legend className="mb-1 text-xs font-medium text-soft">{words.title}</legend>
      <Segments
        label={words.title}
        value={value ? "only" : "always"}
        options={[
          { value: "always", label: words.always },
          { value: "only", label: words.only },
        ]}
        onChange={(next) => (next === "always" ? onChange(null) : value || change(PRESETS.office))}
      />
      <p className="text-xs text-faint">{words.hint}</p>
      {value && (
        <>
          <div role="group" aria-label={words.presets} className="flex flex-wrap gap-1.5">
            {(Object.keys(PRESETS) as (keyof typeof PRESETS)[]).map((key) => (
              <Button
                key={key}
                size="sm"
                aria-pressed={same(PRESETS[key], value.windows)}
                className="aria-pressed:border-accent-ink/60 aria-pressed:bg-accent-wash aria-pressed:text-accent-ink"
                onClick={() => change(PRESETS[key])}
              >
                {words.preset[key]}
              </Button>
            ))}
          </div>
          <label
            htmlFor={zoneId}
            className="flex flex-col gap-1 text-xs font-medium text-soft sm:max-w-72"
          >
            {words.zone}
            <Select
              id={zoneId}
              value={value.zone}
              onChange={(event) => onChange({ ...value, zone: event.target.value })}
            >
              <ZoneOptions chosen={value.zone} />
            </Select>
          </label>
          <ul className="flex flex-col gap-2">
            {value.windows.map((window, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a window has no identity but its place
              <li key={index}>
                <WindowRow
                  nth={index + 1}
                  window={window}
                  onChange={(next) => change(value.windows.with(index, next))}
                  onRemove={() => change(value.windows.toSpliced(index, 1))}
                />
              </li>
            ))}
          </ul>
          {value.windows.length === 0 && <p className="text-warn">{words.none}</p>}
          <div>
            <Button
              size="sm"
              onClick={() =>
                change([...value.windows, { days: [...WEEK], from: "09:00", to: "17:00" }])
              }
            >
              <Plus aria-hidden="true" className="size-3.5" />
              {words.add}
            </Button>
          </div>
        </>
      )}
      {error && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

type RowProps = {
  nth: number;
  window: Hours;
  onChange: (window: Hours) => void;
  onRemove: () => void;
};

function WindowRow({ nth, window, onChange, onRemove }: RowProps) {
  const toggle = (day: number) =>
    onChange({
      ...window,
      days: window.days.includes(day)
        ? window.days.filter((other) => other !== day)
        : [...window.days, day].sort(),
    });
  const time = (which: "from" | "to") => (
    <label className="flex gap-1.5 text-xs text-faint max-sm:flex-1 max-sm:flex-col sm:items-center">
      {words[which]}
      <input
        type="time"
        className={cn(inputStyle, "tnum w-28 max-sm:w-full")}
        value={window[which]}
        onChange={(event) => onChange({ ...window, [which]: event.target.value })}
      />
    </label>
  );
  const means = meaning(window);
  return (
    <fieldset
      aria-label={words.window(nth)}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border bg-sunken px-3 py-2"
    >
      <div role="group" aria-label={words.days} className="flex flex-wrap gap-1">
        {WEEK.map((day) => {
          const on = window.days.includes(day);
          return (
            <button
              key={day}
              type="button"
              aria-pressed={on}
              onClick={() => toggle(day)}
              className={cn(
                "size-7 rounded-full border text-xs font-medium",
                on
                  ? "border-transparent bg-accent text-on-accent"
                  : "bg-surface text-soft hover:bg-hover",
              )}
            >
              <span aria-hidden="true">{words.shortDays[day - 1]}</span>
              <span className="sr-only">{words.longDays[day - 1]}</span>
            </button>
          );
        })}
      </div>
      <div className="flex flex-wrap items-center gap-2 max-sm:w-full">
        {time("from")}
        {time("to")}
        {means && <span className="text-xs text-faint">{means}</span>}
      </div>
      <Button
        size="icon-sm"
        look="quiet"
        className="ms-auto"
        aria-label={words.remove(nth)}
        onClick={onRemove}
      >
        <Trash2 aria-hidden="true" className="size-3.5" />
      </Button>
    </fieldset>
  );
}
