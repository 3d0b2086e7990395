import type { Attachment } from "@/api/types";

const known: readonly string[] = [
  "media",
  "location",
  "contacts",
  "buttons",
  "list",
  "template",
] satisfies Attachment["type"][];

/** What stands in a URL, unless it is nothing that a message can have. */
export function readAttachment(value: unknown): Attachment | null {
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  if (!known.includes(String(value.type))) return null;
  if (value.type === "media" && !("media_id" in value && typeof value.media_id === "string")) {
    return null;
  }
  if (value.type === "location" && !("latitude" in value && "longitude" in value)) return null;
  return value as Attachment;
}
