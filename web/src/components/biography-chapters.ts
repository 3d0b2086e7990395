import type { Biography } from "@/api/types";
import type { biographyWords } from "@/i18n/en/biography-words";
import { errorClass } from "@/i18n/en/error-words";
import { secondsTime, when } from "@/i18n/format";

export type ChapterKind = keyof typeof biographyWords.kinds;
export type Told = {
  position: number;
  at: string;
  kind: ChapterKind;
  actor: string;
  summary: string;
  detail: string | null;
  /** The summary of what it follows from. */
  cause: string | null;
};

const KINDS: Record<string, ChapterKind> = {
  "campaign.started": "command",
  "campaign.paused": "command",
  "campaign.resumed": "command",
  "campaign.cancelled": "command",
  "campaign.recipients_enrolled": "audience",
  "campaign.recipients_excluded": "audience",
  "campaign.recipients_cancelled": "audience",
  "campaign.deferred": "waiting",
  "message.retry_scheduled": "waiting",
  "message.dispatched": "choice",
  "message.sending": "attempt",
  "message.sent": "answer",
  "message.failed": "refusal",
  "message.cancelled": "command",
  "message.delivered": "receipt",
  "message.read": "receipt",
  "message.uncertain": "doubt",
  "message.held": "doubt",
  "message.reconciled": "settled",
};

const kindOf = (type: string): ChapterKind =>
  KINDS[type] ?? (type.startsWith("wallet.") ? "points" : "other");

/** The chapters as they are read: a command before what it brought about, and each with its cause in words. */
export function toldInOrder({ chapters }: Pick<Biography, "chapters">): Told[] {
  const summaries = new Map(chapters.map((chapter) => [chapter.position, chapter.summary]));
  const start = chapters.find(({ type }) => type === "campaign.started");
  // Points are reserved in the append of the start, and written before it.
  const isOfStart = (chapter: (typeof chapters)[number]) =>
    start !== undefined && chapter.type === "wallet.reserved" && chapter.position < start.position;
  const early = chapters.filter(isOfStart);
  const ordered = chapters
    .filter((chapter) => !isOfStart(chapter))
    .flatMap((chapter) => (chapter === start ? [chapter, ...early] : [chapter]));
  return ordered.map((chapter) => {
    const cause = isOfStart(chapter) ? start?.position : chapter.because;
    return {
      position: chapter.position,
      at: chapter.at,
      kind: kindOf(chapter.type),
      actor: chapter.actor,
      summary: inWords(chapter.summary),
      detail: chapter.detail && inWords(chapter.detail),
      cause: cause == null ? null : inWords(summaries.get(cause) ?? "") || null,
    };
  });
}

const MOMENT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g;

/** Steps follow each other within seconds; of another day, the day says more. */
export const clock = (at: string): string =>
  new Date(at).toDateString() === new Date().toDateString() ? secondsTime(at) : when(at);

/** A sentence of the server with its moments and classes of failures as the reader knows them. */
export const inWords = (text: string): string =>
  text.replace(MOMENT, clock).replace(/^class (\w+)/, (_, name: string) => errorClass(name));
