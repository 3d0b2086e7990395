import type { Deduction, ProfileHealth } from "@/api/types";

export type Point = { at: string; position: number; score: number; deductions: Deduction[] };

/** Each change of the score, the oldest first. */
export function points({ history }: Pick<ProfileHealth, "history">): Point[] {
  return history
    .flatMap(({ at, position, score, deductions }) =>
      score === null ? [] : [{ at, position, score, deductions }],
    )
    .reverse();
}

/**
 * A line that stays where it was until the score changes. Changes stand at equal distances: minutes
 * of trouble after weeks of quiet would else be a single stroke.
 */
export function steps(
  known: Pick<Point, "score">[],
  now: number,
  width: number,
  y: (score: number) => number,
): string {
  const step = width / known.length;
  const path = known.flatMap(({ score }, index) => [
    `${index === 0 ? "M" : "L"}${round(index * step)} ${round(y(score))}`,
    `H${round((index + 1) * step)}`,
  ]);
  return [...path, `V${round(y(now))}`].join(" ");
}

const round = (value: number) => Math.round(value * 10) / 10;
