import type { ReactNode } from "react";
import { cn } from "./class-names";

type PageProps = {
  title: ReactNode;
  lead?: ReactNode;
  before?: ReactNode;
  actions?: ReactNode;
  /** The page fills the window and its content scrolls by itself. */
  fill?: boolean;
  children: ReactNode;
};

export function PageFrame({ title, lead, before, actions, fill, children }: PageProps) {
  return (
    <div className={cn("relative flex min-h-0 flex-1 flex-col", !fill && "overflow-y-auto")}>
      <div
        className={cn(
          "mx-auto flex w-full max-w-6xl flex-col px-4 sm:px-6 lg:px-8",
          fill && "min-h-0 max-w-none flex-1",
        )}
      >
        <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 pt-5 pb-4 lg:pt-6">
          <div className="min-w-0 flex-1 basis-36">
            {before}
            <h1 className="truncate text-[1.1875rem] leading-7 font-semibold tracking-[-0.012em]">
              {title}
            </h1>
            {lead && <p className="text-sm text-soft">{lead}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        {children}
        {!fill && <div className="h-10 shrink-0" />}
      </div>
    </div>
  );
}

type PanelProps = {
  title?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
  id?: string;
  /** Makes it a region that can be jumped to. */
  label?: string;
};

export function Panel({ title, aside, className, children, id, label }: PanelProps) {
  return (
    <section id={id} aria-label={label} className={cn("card min-w-0 overflow-clip", className)}>
      {title && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5">
          <h2 className="flex-1 text-sm font-semibold whitespace-nowrap">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

type FigureProps = { label: ReactNode; value: ReactNode; note?: ReactNode; tone?: string };

/** One number with its name; numbers in columns line up. */
export function Figure({ label, value, note, tone }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-faint">{label}</dt>
      <dd className={cn("tnum mt-0.5 text-xl leading-7 font-semibold tracking-[-0.015em]", tone)}>
        {value}
      </dd>
      {note && <dd className="tnum truncate text-xs text-faint">{note}</dd>}
    </div>
  );
}

export function Definition({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1.5">
      <dt className="shrink-0 text-faint">{term}</dt>
      <dd className="tnum min-w-0 text-end break-words">{children}</dd>
    </div>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-2xs font-medium text-soft">
      {children}
    </kbd>
  );
}
