import type { DeliveryFilter } from "@/api/packages";
import type { RecipientState } from "@/api/types";
import { STATES } from "@/components/totals";

/** The state of the delivery log as it stands in the URL. */
export type LogSearch = {
  status?: RecipientState;
  /** A number of the package. */
  number?: string;
  /** The message that is shown. */
  message?: string;
};

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  return {
    status: STATES.find((state) => state === search.status),
    number: text(search.number),
    message: text(search.message),
  };
}

export const toFilter = ({ status, number }: LogSearch): DeliveryFilter => ({
  status,
  profile_id: number,
});
