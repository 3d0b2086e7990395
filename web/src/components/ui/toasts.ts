import { Toast } from "@base-ui/react/toast";
import { ApiError } from "@/api/problem";
import { t } from "@/i18n/catalogue";

/** Outside React, so that anything that sends a command can speak. */
export const toasts = Toast.createToastManager();

export function toastFailure(title: string, error: unknown): void {
  toasts.add({
    type: "bad",
    title,
    description: explain(error),
    timeout: 10_000,
    priority: "high",
  });
}

/** What went wrong in a sentence, with the trace id to quote to support. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t.errors.unexpected;
  if (error.status === 0) return t.errors.unreachable;
  const words = t.refusals[error.code];
  if (words) return words;
  const text = error.message || t.errors.unexpected;
  return error.traceId ? `${text} (${t.errors.trace} ${error.traceId})` : text;
}
