import { expect, it } from "vitest";
import type { Profile } from "@/api/types";
import { toOwnChange, toOwnText } from "./own-limits";

const opened = toOwnText({
  name: "Shop",
  phone: "+62812",
  overrides: { hourly_limit: 50, daily_limit: null },
  weight: 3,
  priority: 1,
} as Profile);

it("changes nothing that was not touched", () => {
  expect(toOwnChange(opened, opened)).toEqual({});
  expect(toOwnChange({ ...opened, weight: "5" }, opened)).toEqual({ weight: 5 });
});

it("sends all of a number's own limits with one of them: what is left out is the package's", () => {
  expect(toOwnChange({ ...opened, daily_limit: "400" }, opened)).toEqual({
    overrides: { hourly_limit: 50, daily_limit: 400 },
  });
  expect(toOwnChange({ ...opened, hourly_limit: "" }, opened)).toEqual({ overrides: {} });
});
