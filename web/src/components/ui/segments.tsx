import type { ReactNode } from "react";
import { cn } from "./class-names";

type Props<T extends string> = {
  label: string;
  value: T;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
};

/** A few choices of which one holds, all in view. */
export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className="no-bar flex max-w-full overflow-x-auto rounded-lg bg-hover p-0.5"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cn(
            "h-7 rounded-md px-2.5 text-xs font-medium whitespace-nowrap text-soft hover:text-ink",
            option.value === value && "bg-surface text-ink shadow-card",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
