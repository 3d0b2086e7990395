/**
 * What came in the fragment of a reset link. It is taken out of the address before
 * anything is shown, and is kept nowhere but here: a reload has to open the link again.
 */
let held: string | null = null;

export function holdToken(fragment: string): void {
  held = fragment.replace(/^#/, "") || null;
}

export const heldToken = (): string | null => held;
