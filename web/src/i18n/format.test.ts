import { expect, it } from "vitest";
import { duration } from "./format";

it("says how long something takes, with no sixty of anything", () => {
  const said: [number, string][] = [
    [0.4, "under a second"],
    [59.4, "59 s"],
    [59.7, "1 min"],
    [3569, "59 min"],
    [3599, "1 h"],
    [86_399, "24 h"],
    [86_280, "23 h 58 min"],
    [200_000, "2 days"],
  ];
  for (const [seconds, text] of said) expect(duration(seconds)).toBe(text);
});
