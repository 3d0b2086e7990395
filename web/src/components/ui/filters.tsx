import { Search } from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { cn } from "./class-names";
import { inputStyle } from "./plain-field";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

/** A search box that speaks once the typing pauses; the URL is what it follows. */
export function SearchBox({ label, value, onChange, className }: Props) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  const speak = useEffectEvent((next: string) => onChange(next));
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => speak(text), 250);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className={cn("relative min-w-40 flex-1 sm:max-w-64", className)}>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-2.5 top-2 size-4 text-faint"
      />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        className={cn(inputStyle, "ps-8")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        // Inside a form it searches; it does not send the form.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      />
    </div>
  );
}

/** A filter as a list; its accent shows that it is in force. */
export function FilterSelect({
  label,
  children,
  className,
  ...rest
}: ComponentProps<"select"> & { label: string }) {
  return (
    <select
      {...rest}
      aria-label={label}
      className={cn(
        inputStyle,
        "chevron w-auto max-w-56 appearance-none pe-7",
        rest.value
          ? "border-accent-ink/60 bg-accent-wash font-medium text-accent-ink"
          : "text-soft",
        className,
      )}
    >
      {children}
    </select>
  );
}

export function FilterRow({ children }: { children: ReactNode }) {
  return <div className="flex shrink-0 flex-wrap items-center gap-2 pb-3">{children}</div>;
}
