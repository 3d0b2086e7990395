import type { ComponentProps, ReactNode } from "react";
import { cn } from "./class-names";

export const inputStyle =
  "h-8 w-full min-w-0 rounded-[7px] border border-edge/60 bg-surface px-2.5 text-sm text-ink placeholder:text-faint hover:border-edge focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent-ink data-invalid:border-bad aria-invalid:border-bad disabled:opacity-60";

/** The platform's own list: it works with every keyboard, reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <select {...rest} className={cn(inputStyle, "chevron appearance-none pe-7", className)}>
      {children}
    </select>
  );
}

export function Checkbox({
  label,
  className,
  ...rest
}: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className={cn("flex cursor-pointer items-start gap-2 text-sm", className)}>
      <input {...rest} type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span>{label}</span>
    </label>
  );
}
