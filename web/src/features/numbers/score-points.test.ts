import { expect, it } from "vitest";
import type { HealthEvent } from "@/api/types";
import { points, steps } from "./score-points";

const event = (position: number, score: number | null): HealthEvent => ({
  at: "2026-11-01T08:00:00Z",
  position,
  type: score === null ? "profile.linked" : "profile.health_changed",
  score,
  deductions: [],
  detail: null,
  until: null,
});

it("is every change of the score, the oldest first", () => {
  const known = points({ history: [event(9, 100), event(8, null), event(7, 40)] });
  expect(known.map(({ position, score }) => [position, score])).toEqual([
    [7, 40],
    [9, 100],
  ]);
});

it("stays at a score until it changes, and ends at the present one", () => {
  const y = (score: number) => 100 - score;
  expect(steps([{ score: 40 }, { score: 100 }], 90, 200, y)).toBe("M0 60 H100 L100 0 H200 V10");
});
