import { expect, it } from "vitest";
import { between, readDay } from "./days";

it("takes days that exist, and nothing else", () => {
  expect(readDay("2026-11-01")).toBe("2026-11-01");
  for (const odd of ["yesterday", "2026-02-30", "2026-11-1", 20261101, undefined]) {
    expect(readDay(odd), String(odd)).toBeUndefined();
  }
});

it("asks for whole days", () => {
  const { from, to } = between({ from: "2026-11-01", to: "2026-11-30" });
  expect(new Date(from ?? "")).toEqual(new Date(2026, 10, 1));
  expect(new Date(to ?? "")).toEqual(new Date(2026, 11, 1));
  expect(from).toMatch(/^2026-\d\d-\d\dT[\d:.]+Z$/);
  expect(between({})).toEqual({ from: undefined, to: undefined });
});
