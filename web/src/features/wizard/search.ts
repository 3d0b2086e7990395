import type { Attachment } from "@/api/types";
import { readAttachment } from "@/components/media/read-attachment";

/** A campaign in the making, in the words of the URL that restores it. */
export type Draft = {
  name: string;
  audience: string;
  text: string;
  /** What goes with the text, or in its place. */
  attachment: Attachment | null;
  package: string;
  /** A strategy, with `drip:5` for every five minutes; empty as the package has it. */
  pace: string;
  /** What the clock of the organisation shows when it begins; empty at once, `later` not said yet. */
  at: string;
};

export type WizardSearch = Partial<Omit<Draft, "attachment">> & {
  attachment?: Attachment;
  step?: number;
  draft?: string;
};

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): WizardSearch {
  const step = Number(search.step);
  return {
    step: Number.isInteger(step) && step >= 1 && step <= 4 ? step : undefined,
    draft: text(search.draft),
    name: text(search.name),
    audience: text(search.audience),
    text: text(search.text),
    attachment: readAttachment(search.attachment) ?? undefined,
    package: text(search.package),
    pace: text(search.pace),
    at: text(search.at),
  };
}
