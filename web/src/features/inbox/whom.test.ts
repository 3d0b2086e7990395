import { expect, it } from "vitest";
import { chat, group, hidden } from "./a-chat";
import { contactOf, nameOf, whomOf } from "./whom";

const silent = { ...hidden, contact_name: null };
const unread = {
  ...silent,
  last_message: silent.last_message && { ...silent.last_message, preview: null },
};

it("tells groups, people without a number and who was erased from each other", () => {
  expect([chat, group, hidden, silent, unread].map((one) => whomOf(one))).toEqual([
    "person",
    "group",
    "hidden",
    "hidden",
    "erased",
  ]);
});

it("believes the thread rather than the list, which shows no text of a picture either", () => {
  expect(whomOf(unread, { erased: false })).toBe("hidden");
  expect(whomOf(unread, { erased: true })).toBe("erased");
});

it("has a name for everybody", () => {
  const named = (one: typeof chat) => nameOf(one, whomOf(one));
  expect(named(chat)).toBe("Rani");
  expect(named({ ...chat, contact_name: null })).toBe("+6281234567801");
  expect(named(group)).toBe("Saturday market");
  expect(named({ ...group, contact_name: null })).toBe("Group without a name");
  expect(named(silent)).toBe("Number hidden");
  expect(named(unread)).toBe("Erased");
});

it("knows a contact only by a number", () => {
  expect([chat, group, hidden].map(contactOf)).toEqual(["p1", null, null]);
});
