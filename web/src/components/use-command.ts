import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { Accepted } from "@/api/client";
import { randomId } from "@/api/identity";
import { wantedPosition } from "@/api/position";
import { ApiError } from "@/api/problem";
import { explain, toastFailure, toasts } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";

type Options<V, T> = {
  run: (input: V, idempotencyKey: string) => Promise<Accepted<T>>;
  /** What the person asked for, such as "Pause the campaign". */
  title: string | ((input: V) => string);
  /** The read models that will show it. */
  touches: QueryKey[];
  /** Separates the commands of one place, such as pause and cancel. */
  kind?: (input: V) => string;
  onAccepted?: (result: Accepted<T>, input: V) => void;
  /** Show the failure beside the form instead of in a toast. */
  quietFailure?: boolean;
  /** No toast at all; for actions whose effect is already in view. */
  silent?: boolean;
};

/**
 * Sends a command and tells the truth about it: "accepted" when it is on the
 * record, "done" once the read models that show it have been read again from at
 * least its position.
 *
 * The idempotency key is made when the form opens, not when it is sent, and lasts
 * until the server has answered: pressing twice, or again after a broken
 * connection, is one command.
 */
export function useCommand<V, T>(options: Options<V, T>) {
  const client = useQueryClient();
  const keys = useRef<Map<string, string>>(new Map());
  const kindOf = (input: V) => options.kind?.(input) ?? "";
  const keyOf = (input: V) => {
    const kind = kindOf(input);
    const key = keys.current.get(kind) ?? randomId();
    keys.current.set(kind, key);
    return key;
  };
  const titleOf = (input: V) =>
    typeof options.title === "function" ? options.title(input) : options.title;

  return useMutation({
    mutationFn: (input: V) => options.run(input, keyOf(input)),
    onSuccess: (result, input) => {
      keys.current.delete(kindOf(input));
      const id = options.silent
        ? null
        : toasts.add({
            type: "wait",
            title: titleOf(input),
            description: t.toasts.accepted,
            timeout: 0,
          });
      options.onAccepted?.(result, input);
      void readBack(result.position, id);
    },
    onError: (error, input) => {
      // A refusal is an answer; silence is not, and the same key must be tried again.
      const answered = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (answered) keys.current.delete(kindOf(input));
      if (!options.quietFailure) toastFailure(t.toasts.failed(titleOf(input)), error);
    },
  });

  async function readBack(position: number | null, toast: string | null): Promise<void> {
    try {
      await Promise.all(
        options.touches.map((queryKey) =>
          client.invalidateQueries({ queryKey }, { throwOnError: true }),
        ),
      );
    } catch (error) {
      if (toast) {
        const description = t.toasts.notReadBack(explain(error));
        toasts.update(toast, { type: "bad", description, timeout: 10_000 });
      }
      return;
    }
    if (!toast) return;
    // A read that had to give up waiting has forgotten the position.
    const shown = position === null || wantedPosition() !== null;
    toasts.update(toast, {
      type: shown ? "done" : "wait",
      description: shown ? t.toasts.done : t.toasts.catchingUp,
      timeout: shown ? 4000 : 8000,
    });
  }
}
