import type { ReactNode } from "react";
import { cn } from "./class-names";

type Props = {
  name: string;
  value: string;
  checked: boolean;
  onChoose: () => void;
  title: ReactNode;
  hint?: ReactNode;
  aside?: ReactNode;
  children?: ReactNode;
};

/** One of several alternatives, with room for what belongs to it once chosen. */
export function Choice({ name, value, checked, onChoose, title, hint, aside, children }: Props) {
  return (
    <div
      className={cn(
        "rounded-[10px] border bg-surface",
        checked && "border-accent-ink ring-1 ring-accent-ink",
      )}
    >
      <label className="flex cursor-pointer items-start gap-3 px-4 py-3">
        <input
          type="radio"
          name={name}
          value={value}
          checked={checked}
          onChange={onChoose}
          className="mt-0.5 size-4 accent-accent"
        />
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{title}</span>
          {hint && <span className="block text-xs text-soft">{hint}</span>}
        </span>
        {aside}
      </label>
      {checked && children && <div className="px-4 pb-4 ps-11">{children}</div>}
    </div>
  );
}
