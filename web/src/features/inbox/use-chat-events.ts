import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ChatChanged, Id } from "@/api/types";
import { type LiveState, useStream } from "@/api/use-stream";

/** The answers to a campaign come by the hundred; the list is read once for all of them. */
const APART_MS = 1000;

/** Reads again whatever chat events say has changed: the first at once, what follows soon after. */
export function useChatEvents(): LiveState {
  const client = useQueryClient();
  const changed = useRef(new Set<Id>());
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(pause.current), []);
  const readAgain = () => {
    pause.current = undefined;
    if (changed.current.size === 0) return;
    pause.current = setTimeout(readAgain, APART_MS);
    for (const id of changed.current) {
      // Of a thread that is open the newest page is enough; any other is read when it is opened.
      void client.invalidateQueries({ queryKey: ["chats", "messages", id], refetchType: "none" });
      void client.invalidateQueries({ queryKey: ["chats", "newest", id] });
      void client.invalidateQueries({ queryKey: ["chats", "one", id] });
    }
    changed.current.clear();
    for (const key of ["list", "unread"]) {
      void client.invalidateQueries({ queryKey: ["chats", key] });
    }
  };
  return useStream("/chats/events", (event) => {
    if (event.event !== "chat") return;
    changed.current.add((JSON.parse(event.data) as ChatChanged).chat_id);
    if (pause.current === undefined) readAgain();
  });
}
