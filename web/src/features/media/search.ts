import type { MediaFilter } from "@/api/media";

/** The state of the screen of files as it stands in the URL. */
export type MediaSearch = {
  q?: string;
  kind?: MediaFilter["kind"];
  origin?: "gallery" | "inbound";
  /** Only what this person sent. */
  contact?: string;
  open?: string;
  /** Came to add something. */
  add?: boolean;
};

const KINDS = ["image", "video", "audio", "voice", "document", "sticker"] as const;
const ORIGINS = ["gallery", "inbound"] as const;

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): MediaSearch {
  return {
    q: text(search.q),
    kind: KINDS.find((kind) => kind === search.kind),
    origin: ORIGINS.find((origin) => origin === search.origin),
    contact: text(search.contact),
    open: text(search.open),
    add: search.add === true || undefined,
  };
}

export const toFilter = ({ q, kind, origin, contact }: MediaSearch): MediaFilter => ({
  q,
  kind,
  origin,
  contact_id: contact,
});

export const isFiltered = ({ q, kind, origin, contact }: MediaSearch): boolean =>
  Boolean(q || kind || origin || contact);
