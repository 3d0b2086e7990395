import type { Chat, ChatMessage } from "@/api/types";

/** What tests of the inbox begin with. */

const at = new Date().toISOString();

export const chat: Chat = {
  id: "c1",
  is_group: false,
  contact_id: "p1",
  contact_name: "Rani",
  phone: "+6281234567801",
  user_id: null,
  continued_in: null,
  profile_id: "n1",
  profile_name: "Counter",
  unread: 0,
  last_message: { direction: "in", type: "text", preview: "Hi", at, status: null },
  window_expires_at: new Date(Date.now() + 3_600_000 * 5).toISOString(),
};

export const group: Chat = {
  ...chat,
  is_group: true,
  contact_id: null,
  contact_name: "Saturday market",
  phone: "",
  user_id: null,
  window_expires_at: null,
};

/** The id stands for the person; it is no contact's. */
export const hidden: Chat = { ...chat, contact_name: "Made", phone: "" };

export const message: ChatMessage = {
  id: "m1",
  direction: "in",
  origin: null,
  type: "text",
  text: "Is it open?",
  attachment: null,
  file: null,
  erased: false,
  status: null,
  error: null,
  at,
  author: null,
  member: null,
  campaign_id: null,
  campaign_name: null,
};
