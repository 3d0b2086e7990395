import { expect, it } from "vitest";
import { ApiError } from "@/api/problem";
import { lockedUntil } from "./locked-until";

const at = Date.parse("2026-11-20T10:00:00Z");

it("knows until when, by what the server says", () => {
  const locked = new ApiError(429, { code: "locked", retry_after_s: 300 });
  expect(lockedUntil(locked, at)).toBe(at + 300_000);
  expect(lockedUntil(new ApiError(429, { code: "locked" }), at)).toBe(at + 60_000);
});

it("is not for another refusal", () => {
  expect(lockedUntil(new ApiError(429, { code: "rate_limited", retry_after_s: 5 }), at)).toBeNull();
  expect(lockedUntil(new Error("away"), at)).toBeNull();
  expect(lockedUntil(null, at)).toBeNull();
});
