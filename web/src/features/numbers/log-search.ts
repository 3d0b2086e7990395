import type { DeliveryFilter } from "@/api/packages";
import type { ErrorClass, RecipientState } from "@/api/types";
import { between, readDay } from "@/components/days";
import { STATES } from "@/components/totals";

/** The state of the delivery log as it stands in the URL. */
export type LogSearch = {
  status?: RecipientState;
  /** A number of the package. */
  number?: string;
  /** What kind of failure the last one was. */
  failure?: ErrorClass;
  /** Days in which messages were queued, both of them whole. */
  from?: string;
  to?: string;
  /** The message that is shown. */
  message?: string;
};

export const FAILURES: readonly ErrorClass[] = [
  "number",
  "window",
  "template",
  "param",
  "media",
  "throttle",
  "throttle_pair",
  "cooldown",
  "retry",
  "auth",
  "ban",
  "session",
];

/** What narrows the list, without what is shown of it. */
export const NO_FILTER = {
  status: undefined,
  number: undefined,
  failure: undefined,
  from: undefined,
  to: undefined,
} satisfies LogSearch;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  return {
    status: STATES.find((state) => state === search.status),
    number: text(search.number),
    failure: FAILURES.find((failure) => failure === search.failure),
    from: readDay(search.from),
    to: readDay(search.to),
    message: text(search.message),
  };
}

export const toFilter = ({ status, number, failure, from, to }: LogSearch): DeliveryFilter => ({
  status,
  profile_id: number,
  error_class: failure,
  ...between({ from, to }),
});

export const isFiltered = ({ message: _, ...filters }: LogSearch): boolean =>
  Object.values(filters).some((value) => value !== undefined);
