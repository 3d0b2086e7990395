import type { RecipientState, Totals } from "@/api/types";

/** In the order a message lives through them; the bar is drawn in this order. */
export const STATES: readonly RecipientState[] = [
  "read",
  "delivered",
  "sent",
  "uncertain",
  "failed",
  "cancelled",
  "sending",
  "queued",
];

export const stateFill: Record<RecipientState, string> = {
  queued: "bg-st-queued",
  sending: "bg-st-sending",
  sent: "bg-st-sent",
  delivered: "bg-st-delivered",
  read: "bg-st-read",
  failed: "bg-st-failed",
  cancelled: "bg-st-cancelled",
  uncertain: "bg-st-uncertain",
};

export type Conservation = { holds: boolean; enrolled: number; sum: number; difference: number };

/** Every enrolled recipient is in exactly one state: none lost, none counted twice. */
export function conservation(totals: Totals): Conservation {
  const sum = STATES.reduce((all, state) => all + totals[state], 0);
  return {
    holds: sum === totals.enrolled,
    enrolled: totals.enrolled,
    sum,
    difference: totals.enrolled - sum,
  };
}

/** Recipients whose outcome will not change without a person or the provider. */
export function settled(totals: Totals): number {
  return totals.sent + totals.delivered + totals.read + totals.failed + totals.cancelled;
}

export function reached(totals: Totals): number {
  return totals.sent + totals.delivered + totals.read;
}
