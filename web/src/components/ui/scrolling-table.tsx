import type { ReactNode } from "react";
import { cn } from "./class-names";

type TableProps = { label: string; className?: string; children: ReactNode };

/** A table of few rows that scrolls sideways where the window is narrow. */
export function ScrollingTable({ label, className, children }: TableProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto focus-visible:-outline-offset-2"
    >
      <table aria-label={label} className={cn("tnum w-full", className)}>
        {children}
      </table>
    </section>
  );
}

export function Head({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <th scope="col" className={cn("border-b px-4 py-1.5 text-start font-medium", className)}>
      {children}
    </th>
  );
}
