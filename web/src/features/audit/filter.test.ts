import { expect, it } from "vitest";
import { auditExport } from "@/api/audit";
import { isFiltered, NO_FILTER, readSearch, toFilter } from "./filter";

const url = {
  q: "campaign",
  actor: "user:7d3c",
  action: "start_campaign",
  outcome: "refused",
  target: "0b9c",
  from: "2026-11-01",
  to: "2026-11-20",
  open: "e-1",
};

it("takes from the address what it knows, and leaves the rest", () => {
  expect(readSearch(url)).toEqual(url);
  const odd = readSearch({ outcome: "maybe", from: "yesterday", to: "2026-02-30", q: 7, other: 1 });
  expect(odd).toEqual({ ...NO_FILTER, q: "7", open: undefined });
});

it("asks for whole days, and not for what is only shown", () => {
  const filter = toFilter(readSearch(url));
  expect(filter).not.toHaveProperty("open");
  expect(new Date(filter.from ?? "")).toEqual(new Date(2026, 10, 1, 0, 0, 0));
  expect(new Date(filter.to ?? "")).toEqual(new Date(2026, 10, 21, 0, 0, 0));
  expect(filter.from).toMatch(/^2026-\d\d-\d\dT[\d:.]+Z$/);
});

it("is filtered by anything but the entry that is open", () => {
  expect(isFiltered(readSearch({ open: "e-1" }))).toBe(false);
  expect(isFiltered(readSearch({ outcome: "failed" }))).toBe(true);
  expect(isFiltered({ ...readSearch(url), ...NO_FILTER })).toBe(false);
});

it("exports what is listed", () => {
  expect(
    auditExport(toFilter(readSearch({ actor: "user:7d3c", outcome: "done", open: "e" }))),
  ).toBe("/audit/export?actor=user%3A7d3c&outcome=done");
  expect(auditExport({})).toBe("/audit/export");
});
