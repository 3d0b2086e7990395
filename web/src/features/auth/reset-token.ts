import { useSyncExternalStore } from "react";

/**
 * What came in the fragment of a reset link. It is taken out of the address before
 * anything is shown, and is kept nowhere but here: a reload has to open the link again.
 */
let held: string | null = null;
const told = new Set<() => void>();

export function holdToken(fragment: string): void {
  held = fragment.replace(/^#/, "") || null;
  for (const tell of told) tell();
}

function follow(tell: () => void) {
  told.add(tell);
  return () => void told.delete(tell);
}

/** Also when another link is opened while this page is. */
export const useHeldToken = (): string | null => useSyncExternalStore(follow, () => held);
