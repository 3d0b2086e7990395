import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { LOOK_MS, chat as one } from "@/api/chats";
import type { Id } from "@/api/types";

/** The conversation in front of somebody, kept as the server knows it. */
export function useOpenChat(id: Id) {
  const client = useQueryClient();
  const query = useQuery({ ...one(id), refetchInterval: LOOK_MS });
  const { data } = query;
  const contact = data?.contact_id;
  const known = data && `${contact} ${data.phone} ${data.contact_name}`;
  const before = useRef(known);
  // Whoever is called otherwise now is so in the list and on the contact's card.
  useEffect(() => {
    if (before.current !== undefined && before.current !== known) {
      void client.invalidateQueries({ queryKey: ["chats", "list"] });
      void client.invalidateQueries({ queryKey: ["contacts", "one", contact] });
    }
    before.current = known;
  }, [client, contact, known]);
  return query;
}
