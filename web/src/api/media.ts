import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { BASE, command, read, type Transport } from "./client";
import type { Id, MediaFile, MediaKind, Page } from "./types";

export type MediaFilter = {
  q?: string;
  kind?: MediaKind;
  origin?: "gallery" | "inbound";
  contact_id?: Id;
};

export const mediaList = (filter: MediaFilter) =>
  infiniteQueryOptions({
    queryKey: ["media", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      read<Page<MediaFile>>("/media", {
        query: { ...filter, cursor: pageParam, limit: 48 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (old) => old,
    // What a person sent is fetched from the provider within seconds.
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((file) => file.state === "pending"))
        ? 3000
        : 30_000,
  });

export const mediaFile = (id: Id) =>
  queryOptions({
    queryKey: ["media", "one", id],
    queryFn: ({ signal }) => read<MediaFile>(`/media/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.state === "pending" ? 3000 : false),
  });

/** Where the browser fetches the content by itself, with the cookie of the session. */
export const contentPath = (id: Id): string => `${BASE}/media/${id}/content`;

/** A link that anybody can open for some minutes. */
export const freshLink = async (id: Id): Promise<string | null> =>
  (await read<MediaFile>(`/media/${id}`)).url;

export const removeMedia = (id: Id, idempotencyKey: string) =>
  command(`/media/${id}`, { method: "DELETE", idempotencyKey });

type Sent = (share: number) => void;

export const uploadMedia = (
  file: File,
  idempotencyKey: string,
  onSent: Sent,
  signal: AbortSignal,
) => {
  const form = new FormData();
  form.set("file", file, file.name);
  const transport = telling(onSent);
  return command<MediaFile>("/media", { form, idempotencyKey, signal, transport });
};

/** `fetch` does not tell how much of a body has left; the older way does. */
const telling =
  (onSent: Sent): Transport =>
  (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method ?? "POST", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
      request.onload = () => resolve(answerOf(request));
      request.onerror = () => reject(new TypeError("the connection broke"));
      const abort = () => {
        request.abort();
        reject(new DOMException("The upload was stopped.", "AbortError"));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      request.send(body as FormData);
    });

function answerOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
  }
  return new Response(request.responseText || null, { status: request.status, headers });
}
