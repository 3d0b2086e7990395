import { describe, expect, it } from "vitest";
import type { Totals } from "@/api/types";
import { conservation, reached, settled } from "./totals";

const totals: Totals = {
  enrolled: 1200,
  excluded: 44,
  queued: 412,
  sending: 8,
  sent: 180,
  delivered: 330,
  read: 240,
  failed: 24,
  cancelled: 0,
  uncertain: 6,
};

describe("conservation", () => {
  it("holds when every recipient is in exactly one state", () => {
    expect(conservation(totals)).toEqual({ holds: true, enrolled: 1200, sum: 1200, difference: 0 });
  });

  it("leaves the excluded out, for they were never enrolled", () => {
    expect(conservation({ ...totals, excluded: 9000 }).holds).toBe(true);
  });

  it("shows how many were lost", () => {
    expect(conservation({ ...totals, sent: 179 })).toMatchObject({ holds: false, difference: 1 });
  });

  it("shows how many were counted twice", () => {
    expect(conservation({ ...totals, read: 243 })).toMatchObject({ holds: false, difference: -3 });
  });
});

it("counts the uncertain neither as reached nor as settled", () => {
  expect(reached(totals)).toBe(750);
  expect(settled(totals)).toBe(774);
});
