import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Answer, Id } from "./types";

/** One sign-in of the person who asks, as long as it lasts. */
export type Session = Answer<"SessionView">;

export const sessions = () =>
  queryOptions({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => read<{ items: Session[] }>("/auth/sessions", { signal }),
    refetchInterval: 30_000,
  });

export const endSession = (id: Id) => command(`/auth/sessions/${id}`, { method: "DELETE" });

export const endOtherSessions = () => command("/auth/sessions", { method: "DELETE" });
