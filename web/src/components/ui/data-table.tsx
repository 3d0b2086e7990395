import { type KeyboardEvent, type MouseEvent, memo, type ReactNode, useEffect } from "react";
import { t } from "@/i18n/catalogue";
import { cn } from "./class-names";
import { range, useRows } from "./use-rows";

export type Column<T> = {
  key: string;
  header: ReactNode;
  /** A grid track such as "minmax(10rem,2fr)". */
  width: string;
  cell: (row: T) => ReactNode;
  align?: "end";
  /** Left out on a phone. */
  wide?: boolean;
};

type Props<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  isOpen?: (row: T) => boolean;
  more?: { has: boolean; loading: boolean; load: () => void };
  rowHeight?: number;
  className?: string;
  total?: number | null;
};

/** The height of the heading row. */
const HEAD = 32;

const grid =
  "grid items-center gap-x-3 px-4 [grid-template-columns:var(--tracks-phone)] sm:[grid-template-columns:var(--tracks)]";

/** A table of any length: only the rows in view are in the document. */
export function DataTable<T>({
  label,
  columns,
  rows,
  rowKey,
  onOpen,
  isOpen,
  more,
  rowHeight = 44,
  className,
  total,
}: Props<T>) {
  const { scroller, from, to, reveal, find } = useRows({
    count: rows.length,
    height: rowHeight,
    inset: HEAD,
  });
  const wantsMore = Boolean(more?.has && !more.loading && to >= rows.length - 15);
  const load = more?.load;
  useEffect(() => {
    if (wantsMore) load?.();
  }, [wantsMore, load]);

  const tracks = {
    "--tracks": columns.map((c) => c.width).join(" "),
    "--tracks-phone": columns
      .filter((c) => !c.wide)
      .map((c) => c.width)
      .join(" "),
  } as Record<string, string>;

  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!row || (event.target as HTMLElement).closest("input,select,textarea")) return;
    const index = Number(row.dataset.index);
    if (event.key === "Enter" && event.target === row && onOpen) {
      event.preventDefault();
      onOpen(rows[index] as T);
      return;
    }
    if (!step) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, index + step));
    reveal(next);
    requestAnimationFrame(() => find(`[data-index="${next}"]`)?.focus());
  };

  return (
    <div
      ref={scroller}
      className={cn("relative min-h-0 overflow-auto overscroll-contain", className)}
      style={tracks}
    >
      <div
        role="table"
        aria-label={label}
        aria-rowcount={
          (total ?? (more?.has ? -1 : rows.length)) === -1 ? -1 : (total ?? rows.length) + 1
        }
        aria-colcount={columns.length}
        onKeyDown={move}
      >
        <div role="rowgroup" className="sticky top-0 z-10">
          <div
            role="row"
            aria-rowindex={1}
            className={cn(grid, "h-8 border-b bg-sunken text-xs font-medium text-faint")}
          >
            {columns.map((column) => (
              <div
                key={column.key}
                role="columnheader"
                className={cn(
                  "truncate",
                  column.align === "end" && "text-end",
                  column.wide && "max-sm:hidden",
                )}
              >
                {column.header}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: rows.length * rowHeight }}>
          {range(from, to).map((index) => {
            const row = rows[index] as T;
            return (
              <Row
                key={rowKey(row)}
                row={row}
                index={index}
                height={rowHeight}
                columns={columns as Column<unknown>[]}
                open={isOpen?.(row) ?? false}
                onOpen={onOpen as RowProps["onOpen"]}
              />
            );
          })}
        </div>
      </div>
      {more?.loading && (
        <p role="status" className="late py-3 text-center text-xs text-faint">
          {t.states.loadingMore}
        </p>
      )}
    </div>
  );
}

type RowProps = {
  row: unknown;
  index: number;
  height: number;
  columns: Column<unknown>[];
  open: boolean;
  onOpen?: (row: unknown) => void;
};

/** Remembered, so that scrolling makes only the rows that come into view. */
const Row = memo(function Row({ row, index, height, columns, open, onOpen }: RowProps) {
  const click = (event: MouseEvent<HTMLDivElement>) => {
    if (!(event.target as HTMLElement).closest("a,button,input,label,select")) onOpen?.(row);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      tabIndex={onOpen ? 0 : -1}
      className={cn(
        grid,
        "absolute inset-x-0 top-0 border-b focus-visible:-outline-offset-2",
        onOpen && "cursor-pointer hover:bg-hover/60",
        open && "bg-accent-wash hover:bg-accent-wash",
      )}
      style={{ height, transform: `translateY(${index * height}px)` }}
      onClick={onOpen && click}
      onKeyDown={undefined}
    >
      {columns.map((column) => (
        <div
          key={column.key}
          role="cell"
          className={cn(
            "min-w-0 truncate",
            column.align === "end" && "tnum text-end",
            column.wide && "max-sm:hidden",
          )}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
});
