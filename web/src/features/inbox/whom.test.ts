import { expect, it } from "vitest";
import { chat, group, hidden } from "./a-chat";
import { contactOf, nameOf, whomOf } from "./whom";

const silent = { ...hidden, contact_name: null };
const without = (type: string) => ({
  ...silent,
  last_message: silent.last_message && { ...silent.last_message, type, preview: null },
});

it("tells groups, people without a number and who was erased from each other", () => {
  expect(
    [chat, group, hidden, silent, without("text"), without("image")].map((one) => whomOf(one)),
  ).toEqual(["person", "group", "hidden", "hidden", "erased", "unknown"]);
});

it("believes the thread rather than the list, which shows no text of a picture either", () => {
  expect(whomOf(without("image"), { erased: false })).toBe("hidden");
  expect(whomOf(without("image"), { erased: true })).toBe("erased");
});

it("has a name for everybody", () => {
  const named = (one: typeof chat) => nameOf(one, whomOf(one));
  expect(named(chat)).toBe("Rani");
  expect(named({ ...chat, contact_name: null })).toBe("+6281234567801");
  expect(named(group)).toBe("Saturday market");
  expect(named({ ...group, contact_name: null })).toBe("Group without a name");
  expect(named(silent)).toBe("Number hidden");
  expect(named(without("text"))).toBe("Erased");
  expect(named(without("image"))).toBe("No name or number");
});

it("knows a contact only by a number", () => {
  expect([chat, group, hidden].map(contactOf)).toEqual(["p1", null, null]);
});
