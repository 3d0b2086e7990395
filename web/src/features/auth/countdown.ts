import { ApiError } from "@/api/problem";

/** A lock of which the server does not say how long it holds. */
const UNKNOWN_S = 60;

/** Until when signing in is locked, in milliseconds; null where the refusal is another one. */
export function lockedUntil(error: unknown, now = Date.now()): number | null {
  if (!(error instanceof ApiError) || error.code !== "locked") return null;
  return now + (error.problem.retry_after_s ?? UNKNOWN_S) * 1000;
}

/** Whole seconds that are left; the last one is counted to its end. */
export const secondsLeft = (until: number, now: number): number =>
  Math.max(0, Math.ceil((until - now) / 1000));

/** "4:05", or "1:00:09". */
export function countdown(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
