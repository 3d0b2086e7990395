import { cn } from "./class-names";

/** Two ticks that make a W: sent, delivered. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={cn("size-7 shrink-0", className)}>
      <rect width="32" height="32" rx="8" fill="#0d3b34" />
      <path
        d="M6 11.5l5.2 9.5L16 12.2"
        fill="none"
        stroke="#f4f6f1"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="M15.2 15.6l2.9 5.4L26 9.5"
        fill="none"
        stroke="#5fe0b0"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
