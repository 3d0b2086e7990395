import { expect, it } from "vitest";
import { countdown, secondsLeft } from "./countdown";

const at = Date.parse("2026-11-20T10:00:00Z");

it("counts each second to its end, and not below nothing", () => {
  expect(secondsLeft(at + 1000, at)).toBe(1);
  expect(secondsLeft(at + 1001, at)).toBe(2);
  expect(secondsLeft(at, at)).toBe(0);
  expect(secondsLeft(at, at + 9000)).toBe(0);
});

it.each([
  [0, "0:00"],
  [9, "0:09"],
  [245, "4:05"],
  [3609, "1:00:09"],
])("writes %i seconds as %s", (seconds, text) => {
  expect(countdown(seconds)).toBe(text);
});
