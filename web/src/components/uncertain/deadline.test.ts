import { expect, it } from "vitest";
import { deadlineSaid } from "./deadline";

const deadline = "2026-11-21T10:15:00Z";
const before = Date.parse("2026-11-21T10:00:55Z");
const after = Date.parse("2026-11-21T10:15:00Z");

it.each([
  ["hold", "waits for a receipt, 14:05 left", "waits for you"],
  ["resend", "sent again in 14:05", "about to be sent again"],
  ["assume_sent", "counts as sent in 14:05", "about to count as sent"],
  [undefined, "deadline in 14:05", "the deadline is over"],
])("counts down to what %s does, then says what follows", (policy, counting, over) => {
  expect(deadlineSaid(deadline, before, policy)).toBe(counting);
  expect(deadlineSaid(deadline, after, policy)).toBe(over);
});
