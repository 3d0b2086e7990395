import { expect, it } from "vitest";
import { fromLocal, toLocal } from "./zoned";

const iso = (local: string, zone: string) => fromLocal(local, zone)?.toISOString();

it("knows the moment that a clock elsewhere shows", () => {
  expect(iso("2026-11-01T09:00", "Asia/Jakarta")).toBe("2026-11-01T02:00:00.000Z");
  expect(iso("2026-07-01T09:00", "Europe/Berlin")).toBe("2026-07-01T07:00:00.000Z");
  expect(toLocal(new Date("2026-07-01T07:00:00Z"), "Europe/Berlin")).toBe("2026-07-01T09:00");
});

it("comes back to the same clock in every zone, around the change of the clocks too", () => {
  for (const zone of ["UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Europe/Berlin"]) {
    for (const local of ["2026-03-29T04:00", "2026-10-25T05:30", "2026-12-31T23:59"]) {
      const at = fromLocal(local, zone);
      expect(at && toLocal(at, zone)).toBe(local);
    }
  }
});

it("takes an hour that a clock leaves out as the one after it", () => {
  expect(iso("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
});

it("is nothing without a time", () => {
  expect(fromLocal("", "UTC")).toBeNull();
  expect(fromLocal("2026-13-45T99:00", "UTC")).toBeNull();
});
