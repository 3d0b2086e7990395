import type { ActiveHours, Hours } from "@/api/types";
import { numberWords } from "@/i18n/en/number-words";

/** Windows in which campaigns may send, as they are edited: each day of a window is named. */

const words = numberWords.hours;

export const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const WORKDAYS = [1, 2, 3, 4, 5];

export const PRESETS: Record<keyof typeof words.preset, Hours[]> = {
  office: [{ days: WORKDAYS, from: "09:00", to: "17:00" }],
  daytime: [{ days: [...WEEK], from: "08:00", to: "20:00" }],
  evenings: [{ days: [...WEEK], from: "17:00", to: "21:00" }],
  week: [{ days: [...WEEK], from: "00:00", to: "00:00" }],
};

export const toEdit = (windows: Hours[]): Hours[] =>
  windows.map((window) => ({
    ...window,
    days: window.days.length === 0 ? [...WEEK] : [...window.days].sort(),
  }));

export const isWhole = ({ days, from, to }: Hours): boolean =>
  days.length > 0 && from !== "" && to !== "";

/** The same windows whatever their order of days, so a preset is known again. */
export const same = (a: Hours[], b: Hours[]): boolean =>
  JSON.stringify(toEdit(a).map(plain)) === JSON.stringify(toEdit(b).map(plain));

const plain = ({ days, from, to }: Hours) => [days, from, to];

/** What a window means where that is not what it seems. */
export function meaning({ from, to }: Hours): string | null {
  if (from === "" || to === "") return null;
  if (from === to) return words.allDay;
  return to < from ? words.nextDay : null;
}

/** "Mo–Fr 09:00–17:00": days that follow each other as a range. */
export function said(hours: ActiveHours): string {
  return toEdit(hours.windows)
    .map(({ days, from, to }) =>
      from === to ? `${daysSaid(days)} ${words.allDay}` : words.said(daysSaid(days), from, to),
    )
    .join(", ");
}

function daysSaid(days: number[]): string {
  if (days.length === WEEK.length) return words.everyDay;
  const name = (day: number) => words.shortDays[day - 1] ?? "";
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) =>
      run.length > 2
        ? words.range(name(run[0] ?? 0), name(run.at(-1) ?? 0))
        : run.map(name).join(", "),
    )
    .join(", ");
}
