import type { Attachment, MediaFile, MediaKind, Provider } from "@/api/types";

/** What a message is made of, in the words that the providers' abilities have. */
export type ContentKind =
  | "text"
  | MediaKind
  | "location"
  | "contacts"
  | "buttons"
  | "list"
  | "template";

export const MEDIA_KINDS: readonly MediaKind[] = [
  "image",
  "video",
  "audio",
  "voice",
  "document",
  "sticker",
];

export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

/** As what it is sent; a file whose kind is not said goes by its own. */
export function contentKind(
  attachment: Attachment | null,
  file?: { kind: MediaKind },
): ContentKind {
  if (!attachment) return "text";
  if (attachment.type !== "media") return attachment.type;
  return attachment.kind ?? file?.kind ?? "document";
}

const SILENT: readonly ContentKind[] = ["audio", "voice", "sticker", "location", "contacts"];

/** What is sent without a text. */
export const isSilent = (kind: ContentKind): boolean => SILENT.includes(kind);

/** How many characters the text beside it may have. */
export function mostText(kind: ContentKind): number {
  if (isSilent(kind)) return 0;
  return kind === "text" || kind === "template" ? MAX_TEXT : MAX_CAPTION;
}

/** What stands below a text and is nothing without one. */
export const needsText = (kind: ContentKind): boolean => kind === "buttons" || kind === "list";

/** Whether a message can do without a text. */
export const textMayBeEmpty = (kind: ContentKind): boolean => kind !== "text" && !needsText(kind);

/** Characters as the server counts them: a picture of a face is one, not two. */
export const characters = (text: string): number => [...text].length;

/** As what at least one of these providers sends a file, its own kind first. */
export function choices(file: MediaFile, providers?: readonly string[]): MediaKind[] {
  const asked = file.sendable.filter(
    ({ provider }) => !providers?.length || providers.includes(provider),
  );
  const taken = MEDIA_KINDS.filter((kind) => asked.some(({ kinds }) => kinds.includes(kind)));
  return taken.includes(file.kind)
    ? [file.kind, ...taken.filter((kind) => kind !== file.kind)]
    : taken;
}

/** Its own kind where that is sent, otherwise the first that is. */
export const usualKind = (file: MediaFile, providers?: readonly string[]): MediaKind =>
  choices(file, providers)[0] ?? file.kind;

/** Whether a provider sends such a message; what is not known yet is nothing to warn of. */
export function sends(
  provider: string,
  attachment: Attachment | null,
  file: MediaFile | undefined,
  providers: readonly Provider[] | undefined,
): boolean {
  if (!attachment) return true;
  const kind = contentKind(attachment, file);
  if (attachment.type === "media") {
    const said = file?.sendable.find((one) => one.provider === provider);
    return !said || said.kinds.some((one) => one === kind);
  }
  const abilities = providers?.find((one) => one.name === provider)?.abilities;
  return !abilities || abilities.sends.includes(kind);
}

/** Whether one of these providers sends such a thing; what is not known yet is nothing to refuse. */
export function sentBySome(
  kind: ContentKind,
  asked: readonly string[],
  providers: readonly Provider[] | undefined,
): boolean {
  const known = providers?.filter(({ name }) => asked.includes(name)) ?? [];
  return known.length === 0 || known.some(({ abilities }) => abilities.sends.includes(kind));
}

/** The file of it, if it has one: also that of a template's header. */
export function mediaIdOf(attachment: Attachment | null): string | null {
  if (attachment?.type === "media") return attachment.media_id;
  if (attachment?.type === "template" && attachment.header?.type === "media") {
    return attachment.header.media.media_id;
  }
  return null;
}

/** Two numbers as maps write them: "52.5163, 13.3777". */
export function coordinates(text: string): [latitude: number, longitude: number] | null {
  const found = text
    .trim()
    .match(/^\(?\s*(-?\d{1,2}(?:\.\d+)?)°?\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)°?\s*\)?$/);
  if (!found) return null;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}

/** Another site's page, opened on request only: nothing of it is loaded into ours. */
export const mapLink = (latitude: number, longitude: number): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;

const UNITS = ["B", "kB", "MB", "GB"];

/** The size of a file as people write it. */
export function fileSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** "PDF", or the end of a type that has no shorter name. */
export function typeName(mimeType: string | null, name: string | null): string {
  const ending = name?.match(/\.([A-Za-z0-9]{1,5})$/)?.[1];
  if (ending) return ending.toUpperCase();
  return (mimeType?.split("/")[1] ?? "").split(/[;+.]/)[0]?.toUpperCase() ?? "";
}
