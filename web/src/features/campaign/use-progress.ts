import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { campaign as one } from "@/api/campaigns";
import type { Campaign, Id, Progress } from "@/api/types";
import { type LiveState, useStream } from "@/api/use-stream";

const LISTS_EVERY_MS = 2500;

/** The campaign with a progress report laid over it; older reports change nothing. */
export function apply(campaign: Campaign, progress: Progress): Campaign {
  return {
    ...campaign,
    status: progress.status,
    totals: progress.totals,
    points: progress.points,
    rate_per_second: progress.rate_per_second,
    eta: progress.eta,
    binding_limit: progress.binding_limit,
  };
}

/**
 * Follows a campaign live: figures are patched at once, the lists below them are
 * read again every few seconds while anything moves.
 */
export function useProgress(id: Id): LiveState {
  const client = useQueryClient();
  const last = useRef(-1);
  const moved = useRef(false);
  const live = useStream(`/campaigns/${id}/events`, (event) => {
    if (event.event !== "progress") return;
    const progress = JSON.parse(event.data) as Progress;
    if (progress.position < last.current) return;
    last.current = progress.position;
    moved.current = true;
    const key = one(id).queryKey;
    const before = client.getQueryData(key);
    if (!before) return;
    // The read model may carry more than a report does, such as the times.
    void client.cancelQueries({ queryKey: key });
    client.setQueryData(key, apply(before, progress));
    if (before.status !== progress.status) {
      void client.invalidateQueries({ queryKey: ["campaigns"], refetchType: "active" });
      void client.invalidateQueries({ queryKey: ["wallet"] });
    }
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!moved.current) return;
      moved.current = false;
      for (const part of ["messages", "failures", "timeline"]) {
        void client.invalidateQueries({ queryKey: ["campaigns", part, id] });
      }
      void client.invalidateQueries({ queryKey: ["messages", "uncertain", id] });
    }, LISTS_EVERY_MS);
    return () => clearInterval(timer);
  }, [client, id]);
  // Whatever was missed while the stream was away is in the read model.
  const state = live.state;
  useEffect(() => {
    if (state === "live") void client.invalidateQueries({ queryKey: one(id).queryKey });
  }, [state, client, id]);
  return live;
}
