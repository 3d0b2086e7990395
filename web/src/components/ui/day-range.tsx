import type { Days } from "@/components/days";
import { t } from "@/i18n/catalogue";
import { cn } from "./class-names";
import { inputStyle } from "./plain-field";

type Props = Days & { onChange: (change: Days) => void };

/** A filter by days, both of them whole; either may be left open. */
export function DayRange({ onChange, ...days }: Props) {
  const day = (which: keyof Days) => (
    <label className="flex gap-x-1.5 gap-y-1 text-xs text-faint max-sm:flex-1 max-sm:flex-col sm:items-center">
      {t.days[which]}
      <input
        type="date"
        className={cn(inputStyle, "sm:w-auto", days[which] && "border-accent-ink/60")}
        value={days[which] ?? ""}
        min={which === "to" ? days.from : undefined}
        max={which === "from" ? days.to : undefined}
        onChange={(event) => onChange({ [which]: event.target.value || undefined })}
      />
    </label>
  );
  return (
    <div className="flex gap-2 max-sm:w-full">
      {day("from")}
      {day("to")}
    </div>
  );
}
