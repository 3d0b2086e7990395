import type { UseQueryResult } from "@tanstack/react-query";
import { ApiError } from "@/api/problem";
import type { Forecast } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { ErrorPanel, Skeleton } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { Exclusions } from "./exclusions";

const BAD_MESSAGE = [
  "invalid_template",
  "missing_media",
  "media_not_taken",
  "missing_template",
  "template_not_approved",
  "template_places",
];

/** A message with a mistake in it is nothing to try again; the words say what to mend. */
export function badTemplate(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (BAD_MESSAGE.includes(error.code) || Object.keys(error.fields).some(isOfMessage))
  );
}

/** Whether it may be for want of a number that has the template. */
export const isOfNumbers = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.code === "missing_template" || error.code === "template_not_approved");

/** Whether a field of a request is a part of the message. */
export const isOfMessage = (field: string): boolean => /^(text|attachment)\b/.test(field);

/** Nor is one that the chosen numbers do not send. */
const isToMend = (error: unknown): boolean =>
  badTemplate(error) || (error instanceof ApiError && error.code === "content_not_sent");

type Props = { query: UseQueryResult<Forecast>; asked: boolean };

/** The count of recipients, as the server forecasts it while the draft changes. */
export function Reach({ query, asked }: Props) {
  return (
    <Panel title={t.wizard.reach}>
      {isToMend(query.error) ? (
        <p className="p-4 text-warn first-letter:uppercase">{query.error?.message}</p>
      ) : query.isError ? (
        <ErrorPanel what={t.wizard.reach} error={query.error} onRetry={() => query.refetch()} />
      ) : !asked ? (
        <p className="p-4 text-soft">{t.wizard.noForecast}</p>
      ) : query.data ? (
        <div className="p-4" aria-busy={query.isFetching}>
          <p
            aria-live="polite"
            className={cn(
              "tnum text-3xl font-semibold tracking-[-0.03em] transition-opacity",
              // Only what is large enough to be read when it is faint.
              query.isPlaceholderData && "opacity-60",
            )}
            data-testid="reach"
          >
            {count(query.data.recipients)}
          </p>
          <p className="mb-3 text-xs text-faint">{t.wizard.reachHint}</p>
          <Exclusions excluded={query.data.excluded} />
        </div>
      ) : (
        <div className="p-4">
          <Skeleton className="mb-2 h-9 w-24" />
          <Skeleton className="h-4" />
        </div>
      )}
    </Panel>
  );
}
