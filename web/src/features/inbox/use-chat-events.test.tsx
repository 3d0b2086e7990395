import { act, cleanup } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { open } from "@/components/rig";
import { useChatEvents } from "./use-chat-events";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function Listening() {
  useChatEvents();
  return null;
}

it("reads once for many conversations, and each of them for itself", async () => {
  vi.useFakeTimers();
  let tell = (_chats: string[]) => {};
  const events = new ReadableStream<Uint8Array>({
    start: (controller) => {
      tell = (chats) => {
        const lines = chats.map((id) => `event: chat\ndata: {"chat_id":"${id}","position":1}\n\n`);
        controller.enqueue(new TextEncoder().encode(lines.join("")));
      };
    },
  });
  const { client } = open(<Listening />, (at) =>
    at === "GET /chats/events" ? new Response(events) : undefined,
  );
  const invalidate = vi.spyOn(client, "invalidateQueries");
  const read = () => {
    const keys = invalidate.mock.calls.map(([filters]) => filters?.queryKey?.slice(1).join(" "));
    invalidate.mockClear();
    return keys;
  };
  const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

  await wait(0);
  tell(["c1"]);
  await wait(0);
  expect(read()).toEqual(["messages c1", "newest c1", "one c1", "list", "unread"]);

  tell(Array.from({ length: 200 }, (_, nth) => `c${nth % 2}`));
  await wait(500);
  expect(read()).toEqual([]);
  await wait(500);
  const both = ["c0", "c1"].flatMap((id) => [`messages ${id}`, `newest ${id}`, `one ${id}`]);
  expect(read()).toEqual([...both, "list", "unread"]);

  await wait(5000);
  expect(read()).toEqual([]);
});
