/** How long messages may be kept. */
export const LONGEST = 365;

/** What was typed as a number of days, or null where it is none that is allowed. */
export function daysOf(typed: string): number | null {
  const days = Number(typed);
  return /^\d+$/.test(typed.trim()) && days >= 1 && days <= LONGEST ? days : null;
}
