import { useInfiniteQuery } from "@tanstack/react-query";
import { chatMessages } from "@/api/chats";
import type { Chat, ChatMessage, Id } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { inboxWords as words } from "@/i18n/en/inbox-words";

/** Whom a conversation is with. */
export type Whom = "person" | "hidden" | "group" | "erased" | "unknown";

/**
 * Who has neither name nor number was erased, or hides the number and shows no name. What
 * was said last tells which, if it is there; a list does not show whether a picture is.
 */
export function whomOf(chat: Chat, last?: Pick<ChatMessage, "erased">): Whom {
  if (chat.is_group) return "group";
  if (chat.phone) return "person";
  if (chat.contact_name) return "hidden";
  if (last) return last.erased ? "erased" : "hidden";
  if (chat.last_message?.preview) return "hidden";
  return chat.last_message?.type === "text" ? "erased" : "unknown";
}

/** The same where the thread is open, which tells more than the list does. */
export function useWhom(chat: Chat): Whom {
  return whomOf(chat, useInfiniteQuery(chatMessages(chat.id)).data?.pages[0]?.items[0]);
}

/** By name, else by the number, else by what is known instead. */
export function nameOf(chat: Chat, whom: Whom): string {
  if (chat.contact_name) return chat.contact_name;
  const instead = {
    person: chat.phone,
    hidden: words.hidden,
    group: words.namelessGroup,
    erased: t.erasing.nobody,
    unknown: words.unknown,
  };
  return instead[whom];
}

/** Only who has a number is, or may be, among the contacts. */
export const contactOf = (chat: Chat): Id | null => (chat.phone ? chat.contact_id : null);
