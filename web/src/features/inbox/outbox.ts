import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { sendReply } from "@/api/chats";
import { randomId } from "@/api/identity";
import { ApiError } from "@/api/problem";
import type { Attachment, ChatMessage, FileState, Id } from "@/api/types";
import type { Wrong } from "@/components/compose/made";
import { contentKind, isSilent, needsText } from "@/components/media/content";
import { explain } from "@/components/ui/toasts";

/** What goes with a reply, and what is known of its file. */
export type Enclosed = { attachment: Attachment; file: FileState | null };

/** A reply that the read model does not show yet. */
export type Pending = {
  id: Id;
  chatId: Id;
  text: string;
  enclosed: Enclosed | null;
  at: string;
  error: string | null;
  /** The parts that the server did not take as they are. */
  wrong?: Wrong;
};

/** What is still to be shown of the outbox, once the server's messages are known. */
export function unseen(pending: Pending[], chatId: Id, known: ChatMessage[]): Pending[] {
  const ids = new Set(known.map((message) => message.id));
  return pending.filter((reply) => reply.chatId === chatId && !ids.has(reply.id));
}

type Part = { text: string; enclosed: Enclosed | null };

/**
 * One message for each thing that is attached. The text goes with what is nothing without
 * one, or else with the first that can have one; where none can, it follows by itself.
 */
export function parts(text: string, enclosed: Enclosed[]): Part[] {
  const kinds = enclosed.map(({ attachment }) => contentKind(attachment));
  const needing = kinds.findIndex(needsText);
  const first = needing >= 0 ? needing : kinds.findIndex((kind) => !isSilent(kind));
  const messages = enclosed.map(
    (one, index): Part => ({
      text: index === first ? text : "",
      enclosed: one,
    }),
  );
  return text && first < 0 ? [...messages, { text, enclosed: null }] : messages;
}

/**
 * Replies on their way. The id is made here and goes with every attempt, so that
 * sending again after a broken connection cannot make a second message.
 */
export function useOutbox() {
  const client = useQueryClient();
  const [pending, setPending] = useState<Pending[]>([]);
  // What belongs together arrives in its order.
  const turn = useRef<Promise<unknown>>(Promise.resolve());
  const change = (id: Id, error: string | null, wrong?: Wrong) =>
    setPending((all) => all.map((reply) => (reply.id === id ? { ...reply, error, wrong } : reply)));
  const post = useMutation({
    mutationFn: (reply: Pending) => {
      const attachment = reply.enclosed?.attachment ?? null;
      const sent = turn.current.then(() =>
        sendReply(reply.chatId, reply.id, reply.text, attachment),
      );
      turn.current = sent.catch(() => undefined);
      return sent;
    },
    onSuccess: async (_result, reply) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ["chats", "newest", reply.chatId] }),
        client.invalidateQueries({ queryKey: ["chats", "list"] }),
      ]);
    },
    onError: (error, reply) => change(reply.id, explain(error), wrongParts(error)),
  });
  return {
    pending,
    send: (chatId: Id, text: string, enclosed: Enclosed[] = []) => {
      for (const part of parts(text, enclosed)) {
        const at = new Date().toISOString();
        const reply: Pending = { id: randomId(), chatId, ...part, at, error: null };
        setPending((all) => [...all.slice(-50), reply]);
        post.mutate(reply);
      }
    },
    retry: (reply: Pending) => {
      change(reply.id, null);
      post.mutate({ ...reply, error: null });
    },
    /** It was refused, and is changed before it is sent as another one. */
    takeBack: (reply: Pending) => setPending((all) => all.filter(({ id }) => id !== reply.id)),
  };
}

function wrongParts(error: unknown): Wrong | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const parts = Object.entries(error.fields).filter(([field]) => field.startsWith("attachment."));
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}
