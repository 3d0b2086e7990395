import type { AuditFilter } from "@/api/audit";
import type { AuditOutcome } from "@/api/types";
import { between, readDay } from "@/components/days";

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

export function readSearch(search: Record<string, unknown>): AuditSearch {
  return {
    q: text(search.q),
    actor: text(search.actor),
    action: text(search.action),
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
    target: text(search.target),
    from: readDay(search.from),
    to: readDay(search.to),
    open: text(search.open),
  };
}

/** What is only shown is not asked for. */
export const toFilter = ({ open: _, from, to, ...rest }: AuditSearch): AuditFilter => ({
  ...rest,
  ...between({ from, to }),
});

export const isFiltered = ({ open: _, ...filters }: AuditSearch): boolean =>
  Object.values(filters).some((value) => value !== undefined);
