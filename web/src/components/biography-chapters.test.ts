import { expect, it } from "vitest";
import type { Biography } from "@/api/types";
import { when } from "@/i18n/format";
import { toldInOrder } from "./biography-chapters";

const chapter = (position: number, type: string, because: number | null = null) => ({
  position,
  type,
  because,
  at: "2026-11-21T10:00:00Z",
  actor: "sender",
  summary: `said at ${position}`,
  detail: null as string | null,
});

const told = (chapters: Biography["chapters"]) => toldInOrder({ chapters });

it("tells the command before the points that were reserved in the same append, and why", () => {
  const order = told([
    chapter(1, "wallet.reserved"),
    chapter(9, "campaign.started"),
    chapter(10, "campaign.recipients_enrolled", 9),
  ]);
  expect(order.map(({ kind }) => kind)).toEqual(["command", "points", "audience"]);
  expect(order.map(({ cause }) => cause)).toEqual([null, "said at 9", "said at 9"]);
});

it("leaves points that were reckoned later where they are", () => {
  const order = told([
    chapter(1, "campaign.started"),
    chapter(5, "message.sent"),
    chapter(8, "wallet.captured", 5),
  ]);
  expect(order.map(({ position }) => position)).toEqual([1, 5, 8]);
});

it("writes moments and classes of failures as the reader knows them", () => {
  const moment = "2025-01-21T10:21:06.979538Z";
  const [doubt, refusal] = told([
    { ...chapter(1, "message.uncertain"), detail: `somebody is asked at ${moment}` },
    { ...chapter(2, "message.failed"), detail: "class throttle, tried again" },
  ]);
  expect(doubt?.detail).toBe(`somebody is asked at ${when(moment)}`);
  expect(refusal?.detail).toBe("the number was too fast, tried again");
});

it("tells an event of a later version too", () => {
  expect(told([chapter(2, "message.pondered")])[0]?.kind).toBe("other");
});
