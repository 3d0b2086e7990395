import { expect, it } from "vitest";
import { endOf, isOver } from "./expiry";

const noon = new Date(2026, 10, 20, 12, 0, 0);

it("ends with a day, so that a second press asks for the same", () => {
  const later = new Date(2026, 10, 20, 12, 0, 9);
  expect(endOf("30", "", noon)).toEqual(new Date(2026, 11, 20, 23, 59, 59));
  expect(endOf("30", "", later)).toEqual(endOf("30", "", noon));
});

it("is never, a chosen day, or not yet chosen", () => {
  expect(endOf("never", "", noon)).toBeNull();
  expect(endOf("date", "2026-11-20", noon)).toEqual(new Date(2026, 10, 20, 23, 59, 59));
  expect(endOf("date", "2026-11-19", noon)).toBeUndefined();
  expect(endOf("date", "", noon)).toBeUndefined();
});

it("knows what is over", () => {
  expect(isOver("2026-11-20T08:00:00Z", Date.parse("2026-11-20T08:00:00Z"))).toBe(true);
  expect(isOver(null, Date.now())).toBe(false);
});
