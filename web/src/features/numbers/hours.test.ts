import { expect, it } from "vitest";
import { isWhole, meaning, PRESETS, said, same, toEdit } from "./hours";

const zone = (windows: Parameters<typeof toEdit>[0]) => ({ time_zone: "UTC", windows });

it("says windows with days that follow each other as a range", () => {
  expect(said(zone(PRESETS.office))).toBe("Mo–Fr 09:00–17:00");
  expect(said(zone(PRESETS.week))).toBe("every day the whole day");
  expect(said(zone([{ days: [], from: "08:00", to: "20:00" }]))).toBe("every day 08:00–20:00");
  expect(said(zone([{ days: [7, 1, 2], from: "22:00", to: "02:00" }]))).toBe(
    "Mo, Tu, Su 22:00–02:00",
  );
});

it("knows a preset again whatever the order of its days", () => {
  const daytime = [{ days: [], from: "08:00", to: "20:00" }];
  expect(same(daytime, PRESETS.daytime)).toBe(true);
  expect(same(daytime, PRESETS.evenings)).toBe(false);
});

it("says what a window means that is not what it seems", () => {
  expect(meaning({ days: [1], from: "22:00", to: "02:00" })).toBe("ends the next day");
  expect(meaning({ days: [1], from: "00:00", to: "00:00" })).toBe("the whole day");
  expect(meaning({ days: [1], from: "09:00", to: "17:00" })).toBeNull();
});

it("is not whole without a day or a time", () => {
  expect(isWhole({ days: [], from: "09:00", to: "17:00" })).toBe(false);
  expect(isWhole({ days: [1], from: "", to: "17:00" })).toBe(false);
  expect(toEdit([{ days: [], from: "09:00", to: "17:00" }]).every(isWhole)).toBe(true);
});
