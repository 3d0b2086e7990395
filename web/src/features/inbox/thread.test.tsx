import { act, cleanup, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LOOK_MS } from "@/api/chats";
import type { Chat, ChatMessage } from "@/api/types";
import { open } from "@/components/rig";
import { chat, group, hidden, message } from "./a-chat";
import { ContactCard } from "./contact-card";
import { Thread } from "./thread";

const attached = { of: () => [], uploads: [] } as unknown as Parameters<
  typeof Thread
>[0]["attached"];

const answers = (one: Chat, items: ChatMessage[]) => (at: string) => {
  if (at === `GET /chats/${one.id}`) return one;
  if (at.startsWith(`GET /chats/${one.id}/messages`)) return { items, next_cursor: null };
  return undefined;
};

function show(one: Chat, items: ChatMessage[] = [message]) {
  return showWith(one.id, answers(one, items));
}

function showWith(id: string, server: (at: string) => unknown) {
  const nothing = () => {};
  return open(
    <Thread
      id={id}
      pending={[]}
      draft=""
      attached={attached}
      onDraft={nothing}
      onSend={nothing}
      onRetry={nothing}
      onTakeBack={nothing}
      onBack={nothing}
      onDetails={nothing}
    />,
    server,
  );
}

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("shows the number and how long a reply may be sent", async () => {
  show(chat);
  expect(await screen.findByText("+6281234567801 · Via Counter")).toBeTruthy();
  expect(screen.getByText(/^Reply window open for/)).toBeTruthy();
  expect(screen.queryByText("Everybody in the group reads it.")).toBeNull();
});

it("says that everybody in a group reads a reply, which has no time limit", async () => {
  show(group);
  expect(await screen.findByRole("heading", { name: "Saturday market" })).toBeTruthy();
  expect(screen.getByText("Group · Via Counter")).toBeTruthy();
  expect(screen.getByRole("textbox").getAttribute("placeholder")).toBe("Write to the group");
  expect(screen.getByText("Everybody in the group reads it.")).toBeTruthy();
  expect(screen.queryByText(/reply window/i)).toBeNull();
});

it("says that a number is hidden, and offers to reply all the same", async () => {
  show(hidden);
  expect(await screen.findByText("Number hidden · Via Counter")).toBeTruthy();
  expect(screen.getByRole("textbox", { name: "Write a reply" })).toBeTruthy();
});

it("leads on to where the number is known", async () => {
  show({ ...hidden, continued_in: "c2" });
  const link = await screen.findByRole("link", { name: "Go on there" });
  expect(link.getAttribute("href")).toBe("/inbox?chat=c2");
});

it("offers no reply to who was erased, but to who sent a picture without a name", async () => {
  const last = chat.last_message && { ...chat.last_message, type: "image", preview: null };
  const unnamed = { ...hidden, contact_name: null, last_message: last };
  const mute = { ...message, text: null };
  show(unnamed, [{ ...mute, erased: true }]);
  expect(await screen.findByText(/so nothing can be sent to them/)).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  cleanup();
  show(unnamed, [{ ...mute, type: "image" }]);
  expect(await screen.findByRole("heading", { name: "Number hidden" })).toBeTruthy();
  expect(await screen.findByRole("textbox")).toBeTruthy();
});

it.each([
  ["a group", group, /^A group has no contact card/],
  ["somebody who hides the number", hidden, /^This person hides the number/],
])("has no contact to open of %s", async (_, one, hint) => {
  open(<ContactCard chatId={one.id} />, answers(one, [message]));
  expect(await screen.findByText(hint)).toBeTruthy();
  expect(screen.queryByRole("link")).toBeNull();
});

it("shows without an event what a campaign sent, and what is known of the person by now", async () => {
  vi.useFakeTimers();
  const later = { ...hidden, contact_name: "Rani", phone: chat.phone, continued_in: "c2" };
  const sent: ChatMessage = { ...message, id: "m2", text: "Sale today", origin: "campaign" };
  let [one, items] = [hidden, [message]];
  showWith(hidden.id, (at) => answers(one, items)(at));
  await act(() => vi.advanceTimersByTimeAsync(LOOK_MS / 2));
  expect(screen.getByRole("heading", { name: "Made" })).toBeTruthy();
  expect(screen.queryByText("Sale today")).toBeNull();
  [one, items] = [later, [sent, message]];
  await act(() => vi.advanceTimersByTimeAsync(LOOK_MS));
  expect(screen.getByRole("heading", { name: "Rani" })).toBeTruthy();
  expect(screen.getByText(/^\+6281234567801/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go on there" })).toBeTruthy();
  expect(screen.getByText("Sale today")).toBeTruthy();
});

it("keeps the earlier pages of a thread that it looks at again", async () => {
  vi.useFakeTimers();
  const earlier = { ...message, id: "m0", text: "Good morning" };
  const asked: string[] = [];
  showWith(chat.id, (at) => {
    if (at.includes("/messages")) asked.push(at);
    if (at.includes("cursor=old")) return { items: [earlier], next_cursor: null };
    if (at.includes("/messages")) return { items: [message], next_cursor: "old" };
    return at === `GET /chats/${chat.id}` ? chat : undefined;
  });
  await act(() => vi.advanceTimersByTimeAsync(100));
  await act(async () => screen.getByRole("button", { name: "Earlier messages" }).click());
  await act(() => vi.advanceTimersByTimeAsync(100));
  expect(screen.getByText("Good morning")).toBeTruthy();
  asked.length = 0;
  await act(() => vi.advanceTimersByTimeAsync(LOOK_MS));
  expect(asked).toEqual([`GET /chats/${chat.id}/messages?limit=50`]);
  expect(screen.getByText("Good morning")).toBeTruthy();
});
