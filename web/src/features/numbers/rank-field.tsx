import { useState } from "react";
import { updateProfile } from "@/api/packages";
import type { Profile } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { inputStyle } from "@/components/ui/plain-field";
import { useCommand } from "@/components/use-command";
import { useMay } from "@/components/use-may";
import { numberWords as words } from "@/i18n/en/number-words";

type Props = { profile: Profile; which: "weight" | "priority" };

/** What the distribution of the package goes by, changed in place: Enter or leaving the field saves it. */
export function RankField({ profile, which }: Props) {
  const may = useMay("numbers.write");
  const present = profile[which];
  const [typed, setTyped] = useState<string | null>(null);
  const save = useCommand({
    run: (value: number, key) => updateProfile(profile, { [which]: value }, key),
    kind: String,
    title: words.rankTitle(profile.name),
    touches: [["packages"], ["campaigns", "forecast"]],
  });
  if (!may) {
    return (
      <span className="tnum text-xs text-soft">
        {words[which]} {present}
      </span>
    );
  }
  const leave = () => {
    const value = Number(typed);
    setTyped(null);
    if (typed === null || !Number.isInteger(value) || value < 1 || value > 1000) return;
    if (value !== present) save.mutate(value);
  };
  return (
    <label className="inline-flex items-center gap-1.5 text-xs text-soft">
      {words[which]}
      <input
        type="number"
        min={1}
        max={1000}
        inputMode="numeric"
        aria-label={
          which === "weight" ? words.weightOf(profile.name) : words.priorityOf(profile.name)
        }
        className={cn(inputStyle, "tnum h-7 w-16 px-1.5")}
        value={typed ?? (save.isPending ? save.variables : present)}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setTyped(null);
        }}
      />
    </label>
  );
}
