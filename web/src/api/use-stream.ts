import { useEffect, useEffectEvent, useState } from "react";
import { send } from "./client";
import { openStream, type StreamEvent, type StreamState } from "./stream";

export type LiveState = { state: StreamState; since: number };

/** Follows an event stream while the component is mounted and `path` is set. */
export function useStream(path: string | null, onEvent: (event: StreamEvent) => void): LiveState {
  const [live, setLive] = useState<LiveState>({ state: "connecting", since: Date.now() });
  const handle = useEffectEvent(onEvent);
  useEffect(() => {
    if (path === null) return;
    return openStream(
      (lastEventId, signal) =>
        send(path, {
          method: "GET",
          headers: {
            Accept: "text/event-stream",
            ...(lastEventId === null ? {} : { "Last-Event-ID": lastEventId }),
          },
          signal,
        }),
      {
        onEvent: (event) => handle(event),
        onState: (state) =>
          setLive((old) => (old.state === state ? old : { state, since: Date.now() })),
      },
    );
  }, [path]);
  return live;
}
