import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type {
  Id,
  Import,
  ImportAccepted,
  ImportMapping,
  ImportPreview,
  ImportRow,
  Page,
} from "./types";

export type UploadOptions = {
  mapping?: ImportMapping;
  defaultCountry?: string;
  listName?: string;
  tags?: string;
  consentSource?: string;
};

function form(file: File, commit: boolean, options: UploadOptions): FormData {
  const data = new FormData();
  // Settings go before the file, so that the server can read the file as a stream.
  data.set("commit", String(commit));
  if (options.mapping) data.set("mapping", JSON.stringify(options.mapping));
  if (options.defaultCountry) data.set("default_country", options.defaultCountry);
  if (options.listName) data.set("list_name", options.listName);
  if (options.tags) data.set("tags", options.tags);
  if (options.consentSource) data.set("consent_source", options.consentSource);
  data.set("file", file, file.name);
  return data;
}

export const previewImport = async (file: File, options: UploadOptions, signal?: AbortSignal) =>
  (
    await command<ImportPreview>("/contacts/upload", {
      form: form(file, false, options),
      signal,
    })
  ).data;

export const commitImport = (file: File, options: UploadOptions, idempotencyKey: string) =>
  command<ImportAccepted>("/contacts/upload", {
    form: form(file, true, options),
    idempotencyKey,
  });

export const importOne = (id: Id) =>
  queryOptions({
    queryKey: ["imports", "one", id],
    queryFn: ({ signal }) => read<Import>(`/imports/${id}`, { signal }),
    refetchInterval: (query) =>
      query.state.data && query.state.data.status !== "running" ? false : 700,
  });

export const importList = () =>
  queryOptions({
    queryKey: ["imports", "list"],
    queryFn: ({ signal }) => read<Page<Import>>("/imports", { query: { limit: 20 }, signal }),
  });

export const importRows = (id: Id, outcome: string) =>
  infiniteQueryOptions({
    queryKey: ["imports", "rows", id, outcome],
    queryFn: ({ pageParam, signal }) =>
      read<Page<ImportRow>>(`/imports/${id}/rows`, {
        query: { outcome, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
