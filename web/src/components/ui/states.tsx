import type { UseQueryResult } from "@tanstack/react-query";
import { CircleAlert, CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/problem";
import { t } from "@/i18n/catalogue";
import { Button } from "./button";
import { cn } from "./class-names";

/** A grey block in the place of what is coming; invisible for the first 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div aria-hidden="true" className={cn("late", className)}>
      <div className="h-full w-full animate-breathe rounded-md bg-hover" />
    </div>
  );
}

export function SkeletonRows({ rows = 6, className }: { rows?: number; className?: string }) {
  return (
    <div
      role="status"
      aria-label={t.states.loading}
      className={cn("flex flex-col gap-2 p-4", className)}
    >
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={i} className="h-8" />
      ))}
    </div>
  );
}

type ErrorProps = { what: string; error: unknown; onRetry?: () => void; className?: string };

/** An error stands where the content would be; it never looks like an empty result. */
export function ErrorPanel({ what, error, onRetry, className }: ErrorProps) {
  const offline = error instanceof ApiError && error.status === 0;
  const Icon = offline ? CloudOff : CircleAlert;
  const trace = error instanceof ApiError ? error.traceId : null;
  return (
    <div role="alert" className={cn("flex flex-col items-start gap-2 p-5", className)}>
      <p className="flex items-center gap-2 font-medium text-bad">
        <Icon aria-hidden="true" className="size-4" />
        {t.errors.couldNotLoad(what)}
      </p>
      <p className="max-w-prose text-soft first-letter:uppercase">
        {offline
          ? t.errors.unreachable
          : error instanceof ApiError
            ? error.message
            : t.errors.unexpected}
      </p>
      <div className="flex flex-wrap items-center gap-3">
        {onRetry && (
          <Button size="sm" onClick={onRetry}>
            {t.actions.tryAgain}
          </Button>
        )}
        {trace && (
          <span className="text-xs text-faint">
            {t.errors.trace} <code className="font-mono select-all">{trace}</code>
          </span>
        )}
      </div>
    </div>
  );
}

type EmptyProps = { title: string; children?: ReactNode; action?: ReactNode; art?: ReactNode };

/** Nothing yet, or no match: the caller says which, and what to do about it. */
export function Empty({ title, children, action, art }: EmptyProps) {
  return (
    <div className="flex animate-fade flex-col items-center justify-center gap-1.5 px-6 py-14 text-center">
      {art && <div className="mb-2 text-faint">{art}</div>}
      <p className="text-base font-medium">{title}</p>
      {children && <div className="max-w-sm text-pretty text-soft">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

type LoadedProps<T> = {
  query: UseQueryResult<T>;
  what: string;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
};

/** The four states of a read: waiting, failed, there, and there but no longer fresh. */
export function Loaded<T>({ query, what, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <Outdated
            what={what}
            error={query.error}
            at={query.dataUpdatedAt}
            onRetry={() => query.refetch()}
          />
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return <ErrorPanel what={what} error={query.error} onRetry={() => query.refetch()} />;
  }
  return skeleton ?? <SkeletonRows rows={3} />;
}

type OutdatedProps = { what: string; error: unknown; at: number; onRetry: () => void };

export function Outdated({ what, at, onRetry }: OutdatedProps) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-warn-wash px-4 py-1.5 text-xs text-warn"
    >
      <span>{t.errors.outdated(what, new Date(at))}</span>
      <button type="button" className="font-medium underline underline-offset-2" onClick={onRetry}>
        {t.actions.tryAgain}
      </button>
    </div>
  );
}
