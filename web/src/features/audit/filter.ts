import type { AuditFilter } from "@/api/audit";
import type { AuditOutcome } from "@/api/types";

/** The state of the audit screen as it stands in the URL; days, not moments. */
export type AuditSearch = {
  q?: string;
  actor?: string;
  action?: string;
  outcome?: AuditOutcome;
  target?: string;
  from?: string;
  to?: string;
  /** The entry whose details are shown. */
  open?: string;
};

export const OUTCOMES: readonly AuditOutcome[] = ["done", "refused", "failed"];

/** What narrows the list, without what is shown of it. */
export const NO_FILTER = {
  q: undefined,
  actor: undefined,
  action: undefined,
  outcome: undefined,
  target: undefined,
  from: undefined,
  to: undefined,
} satisfies AuditSearch;

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

/** A day as inputs write it, `YYYY-MM-DD`, that exists. */
const day = (value: unknown) => {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
};

export function readSearch(search: Record<string, unknown>): AuditSearch {
  return {
    q: text(search.q),
    actor: text(search.actor),
    action: text(search.action),
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
    target: text(search.target),
    from: day(search.from),
    to: day(search.to),
    open: text(search.open),
  };
}

const startOf = (day: string, later = 0) => {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start.toISOString();
};

/** Both days are whole, as the clock of who looks has them; what comes with the next one is not asked for. */
export function toFilter({ open: _, from, to, ...rest }: AuditSearch): AuditFilter {
  return {
    ...rest,
    from: from && startOf(from),
    to: to && startOf(to, 1),
  };
}

export const isFiltered = ({ open: _, ...filters }: AuditSearch): boolean =>
  Object.values(filters).some((value) => value !== undefined);
