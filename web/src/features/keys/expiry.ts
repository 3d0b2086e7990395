export type Term = "never" | "30" | "90" | "365" | "date";

export const TERMS: readonly Term[] = ["never", "30", "90", "365", "date"];

/**
 * When a key ends: with the last minute of a day, so that pressing again after a
 * broken connection asks for the same. Null is never; undefined is a day that was
 * not chosen yet, or is over.
 */
export function endOf(term: Term, date: string, now = new Date()): Date | null | undefined {
  if (term === "never") return null;
  if (term !== "date") {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + Number(term), 23, 59, 59);
  }
  const end = new Date(`${date}T23:59:59`);
  return end.getTime() > now.getTime() ? end : undefined;
}

export const isOver = (at: string | null, now: number): boolean =>
  at !== null && new Date(at).getTime() <= now;
