import { describe, expect, it } from "vitest";
import { nextLook } from "./chats";

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
