import { useRef } from "react";
import type { Accepted } from "@/api/client";
import type { Reveal } from "@/api/keys";
import type { ApiKey } from "@/api/team-types";
import { useCommand } from "@/components/use-command";

/** A key as it is shown once; without its secret it was shown before. */
export type Shown = { key: ApiKey; secret: string | null };

type Options<V> = {
  run: (input: V, idempotencyKey: string, reveal: Reveal) => Promise<Accepted<ApiKey>>;
  title: string;
  onShow: (shown: Shown) => void;
};

/** A command that shows a key: handed to the screen, past what remembers answers. */
export function useKeyCommand<V>({ run, title, onShow }: Options<V>) {
  const secret = useRef<string | null>(null);
  return useCommand({
    run: (input: V, idempotencyKey) => {
      secret.current = null;
      return run(input, idempotencyKey, (revealed) => {
        secret.current = revealed;
      });
    },
    title,
    touches: [["api-keys"]],
    quietFailure: true,
    // What was made is in view at once.
    silent: true,
    onAccepted: ({ data }) => {
      const shown = { key: data, secret: secret.current };
      secret.current = null;
      onShow(shown);
    },
  });
}
