import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendReply } from "@/api/chats";
import { randomId } from "@/api/identity";
import type { ChatMessage, Id } from "@/api/types";
import { explain } from "@/components/ui/toasts";

/** A reply that the read model does not show yet. */
export type Pending = { id: Id; chatId: Id; text: string; at: string; error: string | null };

/** What is still to be shown of the outbox, once the server's messages are known. */
export function unseen(pending: Pending[], chatId: Id, known: ChatMessage[]): Pending[] {
  const ids = new Set(known.map((message) => message.id));
  return pending.filter((reply) => reply.chatId === chatId && !ids.has(reply.id));
}

/**
 * Replies on their way. The id is made here and goes with every attempt, so that
 * sending again after a broken connection cannot make a second message.
 */
export function useOutbox() {
  const client = useQueryClient();
  const [pending, setPending] = useState<Pending[]>([]);
  const change = (id: Id, error: string | null) =>
    setPending((all) => all.map((reply) => (reply.id === id ? { ...reply, error } : reply)));
  const post = useMutation({
    mutationFn: (reply: Pending) => sendReply(reply.chatId, reply.id, reply.text),
    onSuccess: async (_result, reply) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ["chats", "messages", reply.chatId] }),
        client.invalidateQueries({ queryKey: ["chats", "list"] }),
      ]);
    },
    onError: (error, reply) => change(reply.id, explain(error)),
  });
  return {
    pending,
    send: (chatId: Id, text: string) => {
      const reply = { id: randomId(), chatId, text, at: new Date().toISOString(), error: null };
      setPending((all) => [...all.slice(-50), reply]);
      post.mutate(reply);
    },
    retry: (reply: Pending) => {
      change(reply.id, null);
      post.mutate({ ...reply, error: null });
    },
  };
}
