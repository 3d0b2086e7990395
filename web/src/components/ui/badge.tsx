import type { ReactNode } from "react";
import { cn } from "./class-names";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "accent";

const tones: Record<Tone, string> = {
  neutral: "bg-hover text-soft",
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  bad: "bg-bad-wash text-bad",
  info: "bg-info-wash text-info",
  accent: "bg-accent-wash text-accent-ink",
};

type Props = { tone?: Tone; dot?: boolean | "pulse"; className?: string; children: ReactNode };

export function Badge({ tone = "neutral", dot = false, className, children }: Props) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1.5 rounded-[5px] px-1.5 text-xs font-medium whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {dot && (
        <span
          aria-hidden="true"
          className={cn(
            "size-1.5 shrink-0 rounded-full bg-current",
            dot === "pulse" && "animate-breathe",
          )}
        />
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}
