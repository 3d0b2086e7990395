import { cn } from "./class-names";

/** Where one is in a sequence; a finished step can be returned to. */
export function Steps({
  names,
  at,
  onGo,
}: {
  names: readonly string[];
  at: number;
  onGo?: (step: number) => void;
}) {
  return (
    <ol className="no-bar mb-5 flex items-center gap-1 overflow-x-auto">
      {names.map((name, index) => {
        const back = index < at && onGo;
        const look = cn(
          "flex items-center gap-2 rounded-full py-1 ps-1 pe-3 relative text-xs font-medium whitespace-nowrap",
          index === at ? "bg-accent-wash text-accent-ink" : "text-faint",
          back && "hover:bg-hover hover:text-ink",
        );
        const inner = (
          <>
            <span
              className={cn(
                "tnum flex size-5 items-center justify-center rounded-full text-2xs font-semibold",
                index === at ? "bg-accent text-on-accent" : "bg-hover text-soft",
              )}
            >
              {index + 1}
            </span>
            <span className={cn(index !== at && "max-sm:sr-only")}>{name}</span>
          </>
        );
        return (
          <li
            key={name}
            aria-current={index === at ? "step" : undefined}
            className="flex items-center gap-1"
          >
            {index > 0 && <span aria-hidden="true" className="h-px w-4 bg-line sm:w-8" />}
            {back ? (
              <button type="button" className={look} onClick={() => onGo(index)}>
                {inner}
              </button>
            ) : (
              <span className={look}>{inner}</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
