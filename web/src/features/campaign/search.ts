import type { RecipientState } from "@/api/types";
import { STATES } from "@/components/totals";

/** The state of the campaign screen as it stands in the URL. */
export type DetailSearch = {
  status?: RecipientState;
  reason?: string;
  q?: string;
  message?: string;
  /** Why people were left out, of whom some are shown. */
  left?: string;
  /** A contact that was left out. */
  person?: string;
};

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): DetailSearch {
  return {
    status: STATES.find((state) => state === search.status),
    reason: text(search.reason),
    q: text(search.q),
    message: text(search.message),
    left: text(search.left),
    person: text(search.person),
  };
}
