import type { LinkState } from "@/api/types";
import { LinkBadge } from "@/components/status-badge";

/** How the device stands, told again whenever it is another. */
export function State({ state }: { state: LinkState }) {
  return (
    <p role="status" className="mb-4" data-link={state}>
      <LinkBadge state={state} />
    </p>
  );
}
