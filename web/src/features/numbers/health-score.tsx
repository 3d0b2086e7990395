import type { Deduction, Profile } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { Popover } from "@/components/ui/popover";
import { numberWords as words } from "@/i18n/en/number-words";
import { causeSaid, gradeOf, gradeTone } from "./health";

/** How a number does: a figure and a word, never a colour alone; pressed, it says why. */
export function HealthScore({ profile }: { profile: Pick<Profile, "name" | "health"> }) {
  const { score, deductions } = profile.health;
  const grade = gradeOf(score);
  const said = words.healthSaid(score, words.healthGrades[grade]);
  return (
    <Popover
      title={words.healthOf100(score)}
      trigger={
        <button
          type="button"
          title={words.healthWhy(profile.name)}
          className="inline-flex rounded-[5px] hover:underline"
        >
          <Badge tone={gradeTone[grade]} className="tnum cursor-pointer">
            <span aria-hidden="true">
              {score} · {words.healthGrades[grade]}
            </span>
            <span className="sr-only">{said}</span>
          </Badge>
        </button>
      }
    >
      <Deductions items={deductions} />
    </Popover>
  );
}

/** What points were taken off for. */
export function Deductions({ items }: { items: Deduction[] }) {
  if (items.length === 0) return <p className="mt-1.5 text-soft">{words.healthFull}</p>;
  return (
    <ul className="mt-1.5 flex flex-col gap-1">
      {items.map(({ cause, points }) => (
        <li key={cause} className="flex items-baseline justify-between gap-4">
          <span className="min-w-0 text-soft">{causeSaid(cause)}</span>
          <span className="tnum shrink-0 font-medium text-bad">{words.points(points)}</span>
        </li>
      ))}
    </ul>
  );
}
