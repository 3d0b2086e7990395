import type { Strategy } from "@/api/types";

/** The ways to spread messages over time, in the order in which they are offered. */
export const STRATEGIES: readonly Strategy[] = ["immediate", "queued", "drip", "smart"];

/** How a drip is typed: whole minutes, up to a day. */
export const isDrip = (minutes: string): boolean => {
  const value = Number(minutes);
  return minutes.trim() !== "" && Number.isInteger(value) && value >= 1 && value <= 1440;
};
