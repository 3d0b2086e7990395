import type { Attachment } from "@/api/types";
import { LIMITS } from "./limits";

/** What is made here rather than chosen: neither a file nor a template of the provider. */
export type Made = Exclude<Attachment, { type: "media" | "template" }>;
export type MadeKind = Made["type"];

/** Messages by the place that the server names, such as `attachment.buttons[0].title`. */
export type Wrong = Record<string, string>;

export const isMade = (attachment: Attachment): attachment is Made =>
  attachment.type !== "media" && attachment.type !== "template";

type Choice = { id: string; title: string };

/**
 * What comes back when somebody chooses: the words themselves, so that whoever reads it knows what
 * was chosen. Those that had an id keep it.
 */
export function withIds<T extends Choice>(choices: T[]): T[] {
  const taken = new Set(choices.map(({ id }) => id).filter(Boolean));
  return choices.map((choice) => {
    if (choice.id) return choice;
    const word = choice.title.trim().toLowerCase().replace(/\s+/g, "-") || "choice";
    let id = word;
    for (let nth = 2; taken.has(id); nth++) id = `${word}-${nth}`;
    taken.add(id);
    return { ...choice, id };
  });
}

/** The places of titles that another one before them has already. */
export function twice(titles: string[]): number[] {
  const said = titles.map((title) => title.trim());
  return said.flatMap((title, nth) => (title && said.indexOf(title) < nth ? [nth] : []));
}

/** As it is sent: the plus sign and digits. */
export const toE164 = (phone: string): string => `+${phone.replace(/\D/g, "")}`;

export const rowCount = (sections: { rows: unknown[] }[]): number =>
  sections.reduce((sum, { rows }) => sum + rows.length, 0);

export const hasRoom = (sections: { rows: unknown[] }[]): boolean =>
  rowCount(sections) < LIMITS.rows;
