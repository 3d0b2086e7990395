import type { ReactNode } from "react";

/** What was refused, in place. */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad first-letter:uppercase">
      {children}
    </p>
  );
}
