import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { linkingEvents } from "@/api/devices";
import type { Linking, Profile } from "@/api/types";
import { type LiveState, useStream } from "@/api/use-stream";

/** What was told last, and when the code that is shown came. */
export type Seen = { linking: Linking; codeAt: number };

/**
 * Follows a device while it is being linked. The stream reads the log itself, so it is ahead of the
 * list of numbers, which is read again once the linking is over.
 */
export function useLinking(profile: Profile, may: boolean): { seen: Seen | null; live: LiveState } {
  const client = useQueryClient();
  const [seen, setSeen] = useState<Seen | null>(null);
  const over = seen !== null && seen.linking.state !== "linking";
  const live = useStream(may && !over ? linkingEvents(profile) : null, (event) => {
    if (event.event !== "linking") return;
    const linking = JSON.parse(event.data) as Linking;
    setSeen((old) => ({
      linking,
      codeAt: old && old.linking.code === linking.code ? old.codeAt : Date.now(),
    }));
    if (linking.state !== "linking") void client.invalidateQueries({ queryKey: ["packages"] });
  });
  return { seen, live };
}
