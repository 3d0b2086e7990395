import { describe, expect, it } from "vitest";
import { nextLook, withNewest } from "./chats";
import type { ChatMessage, Page } from "./types";

const now = Date.parse("2026-03-01T12:00:00Z");
const said = (status: Parameters<typeof nextLook>[0][number]["status"], secondsAgo: number) => ({
  at: new Date(now - secondsAgo * 1000).toISOString(),
  status,
});

describe("looking again at replies", () => {
  it("is quick while one is under way, slower until it is read", () => {
    expect(nextLook([said("read", 60), said("sending", 2)], now)).toBe(1000);
    expect(nextLook([said("delivered", 60)], now)).toBe(4000);
  });

  it("ends with what is final, old, or came from the customer", () => {
    expect(nextLook([said("read", 5), said("failed", 5), said(null, 5)], now)).toBe(false);
    expect(nextLook([said("sent", 3600)], now)).toBe(false);
    expect(nextLook([], now)).toBe(false);
  });

  it("goes on while a file is being fetched", () => {
    const sent = (state: "pending" | "stored", secondsAgo: number) => [
      { ...said(null, secondsAgo), file: { state } },
    ];
    expect(nextLook(sent("pending", 5), now)).toBe(2000);
    expect(nextLook(sent("stored", 5), now)).toBe(false);
    expect(nextLook(sent("pending", 3600), now)).toBe(false);
  });
});

describe("the newest page before what is known", () => {
  const page = (ids: string, next_cursor: string | null): Page<ChatMessage> => ({
    items: [...ids].map((id) => ({ id }) as ChatMessage),
    next_cursor,
  });
  const thread = (...pages: Page<ChatMessage>[]) => ({ pages, pageParams: pages.map(() => null) });
  const shown = (known: ReturnType<typeof thread>, newest: Page<ChatMessage>) => {
    const { pages } = withNewest(known, newest);
    const all = pages.flatMap(({ items }) => items.map(({ id }) => id));
    return [all.join(""), pages.at(-1)?.next_cursor];
  };

  it("leaves nothing out of what it pushes back, and what follows it", () => {
    const known = thread(page("dcb", "b"), page("a", null));
    expect(shown(known, page("fed", "d"))).toEqual(["fedcba", null]);
    expect(shown(thread(page("dcb", "b")), page("edc", "c"))).toEqual(["edcb", "b"]);
  });

  it("takes in what became known between two others", () => {
    expect(shown(thread(page("dcb", "b")), page("dxc", "c"))).toEqual(["dxcb", "b"]);
    expect(shown(thread(page("db", null)), page("dxb", null))).toEqual(["dxb", null]);
  });

  it("begins anew where something between is not known", () => {
    const known = thread(page("cba", "a"), page("_", null));
    expect(shown(known, page("hgf", "f"))).toEqual(["hgf", "f"]);
    expect(shown(thread(page("", null)), page("a", null))).toEqual(["a", null]);
  });
});
