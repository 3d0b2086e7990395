import { ApiError } from "@/api/problem";

/** A lock of which the server does not say how long it holds. */
const UNKNOWN_S = 60;

/** Until when signing in is locked, in milliseconds; null where the refusal is another one. */
export function lockedUntil(error: unknown, now = Date.now()): number | null {
  if (!(error instanceof ApiError) || error.code !== "locked") return null;
  return now + (error.problem.retry_after_s ?? UNKNOWN_S) * 1000;
}
