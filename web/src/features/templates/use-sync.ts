import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { syncTemplates } from "@/api/templates";
import type { SyncAccepted } from "@/api/types";
import { useCommand } from "@/components/use-command";
import { templateWords as words } from "@/i18n/en/template-words";

/** How often, and how many times, the list is read again for what the providers answer. */
const LOOK_MS = 1500;
const LOOKS = 10;

/**
 * Asks the providers. Nothing tells when they have answered, so the list is read again for a
 * while; after that it follows at its own pace.
 */
export function useSync() {
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ at: string; numbers: SyncAccepted["asked"] } | null>(null);
  const [looks, setLooks] = useState(0);
  const command = useCommand({
    run: (_input: undefined, key) => syncTemplates(key),
    title: words.sync.action,
    touches: [],
    silent: true,
    onAccepted: ({ data }) => {
      setAsked({ at: new Date().toISOString(), numbers: data.asked });
      setLooks(data.asked.length > 0 ? LOOKS : 0);
    },
  });
  const waiting = looks > 0;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => {
      setLooks((left) => left - 1);
      void client.invalidateQueries({ queryKey: ["templates"] });
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [waiting, client]);
  return {
    asked,
    waiting,
    pending: command.isPending,
    ask: () => command.mutate(undefined),
    hide: () => setAsked(null),
  };
}
