import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type {
  Contact,
  ContactChange,
  ContactDetail,
  ContactList,
  ContactPage,
  Id,
  NewContact,
  TagCount,
  TimelineItem,
} from "./types";

export type ContactFilter = {
  q?: string;
  tag?: string;
  list_id?: Id;
  consent?: string;
  blocked?: boolean;
  sort?: string;
};

export const contactList = (filter: ContactFilter) =>
  infiniteQueryOptions({
    queryKey: ["contacts", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      read<ContactPage>("/contacts", {
        query: { ...filter, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (old) => old,
  });

export const contact = (id: Id) =>
  queryOptions({
    queryKey: ["contacts", "one", id],
    queryFn: ({ signal }) => read<ContactDetail>(`/contacts/${id}`, { signal }),
  });

export const contactTimeline = (id: Id) =>
  queryOptions({
    queryKey: ["contacts", "timeline", id],
    queryFn: ({ signal }) =>
      read<{ items: TimelineItem[] }>(`/contacts/${id}/timeline`, { signal }),
  });

export const contactTags = () =>
  queryOptions({
    queryKey: ["contacts", "tags"],
    queryFn: ({ signal }) => read<{ items: TagCount[] }>("/contacts/tags", { signal }),
    staleTime: 30_000,
  });

export const contactLists = () =>
  queryOptions({
    queryKey: ["contacts", "lists"],
    queryFn: ({ signal }) => read<{ items: ContactList[] }>("/contacts/lists", { signal }),
    staleTime: 30_000,
  });

export const addContact = (body: NewContact, idempotencyKey: string) =>
  command<Contact>("/contacts", { body, idempotencyKey });

export const changeContact = (contact: Contact, body: ContactChange) =>
  command<Contact>(`/contacts/${contact.id}`, { method: "PUT", body, ifMatch: contact.version });

export const deleteContact = (id: Id) => command(`/contacts/${id}`, { method: "DELETE" });

export const setConsent = (id: Id, granted: boolean) =>
  command<Contact>(`/contacts/${id}/consent`, { body: { granted, source: "operator" } });

export const setBlocked = (id: Id, blocked: boolean) =>
  command<Contact>(`/contacts/${id}/${blocked ? "block" : "unblock"}`);

export const tagContacts = (ids: Id[], tag: string, remove: boolean, idempotencyKey: string) =>
  command<{ changed: number }>("/contacts/tag", {
    body: { contact_ids: ids, tag, remove },
    idempotencyKey,
  });

export const createList = (name: string, ids: Id[], idempotencyKey: string) =>
  command<ContactList>("/contacts/lists", { body: { name, contact_ids: ids }, idempotencyKey });
