import { expect, it } from "vitest";
import { daysOf } from "./days";

it.each([
  ["1", 1],
  [" 14 ", 14],
  ["365", 365],
  ["0", null],
  ["366", null],
  ["1.5", null],
  ["-3", null],
  ["1e2", null],
  ["", null],
])("takes %j for %j days", (typed, days) => {
  expect(daysOf(typed)).toBe(days);
});
