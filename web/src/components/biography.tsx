import {
  CheckCheck,
  CircleHelp,
  CircleUser,
  CircleX,
  Coins,
  Dot,
  Hourglass,
  type LucideIcon,
  MessageSquareReply,
  Play,
  Send,
  Smartphone,
  Users,
} from "lucide-react";
import type { Biography as Story } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";
import { biographyWords as words } from "@/i18n/en/biography-words";
import { exactTime } from "@/i18n/format";
import { type ChapterKind, clock, inWords, type Told, toldInOrder } from "./biography-chapters";

/** Why somebody got a message, or did not: the answer, then every chapter with its cause, the first first. */
export function Biography({ story }: { story: Story }) {
  return (
    <>
      <p className="mb-4 rounded-lg bg-hover px-3 py-2 font-medium">
        <span className="sr-only">{words.verdict}: </span>
        {inWords(story.verdict)}
      </p>
      <ol aria-label={words.title} className="flex flex-col">
        {toldInOrder(story).map((chapter, index, all) => (
          <Chapter key={chapter.position} chapter={chapter} isLast={index === all.length - 1} />
        ))}
      </ol>
    </>
  );
}

const icons: Record<ChapterKind, LucideIcon> = {
  command: Play,
  audience: Users,
  points: Coins,
  choice: Smartphone,
  waiting: Hourglass,
  attempt: Send,
  answer: MessageSquareReply,
  refusal: CircleX,
  receipt: CheckCheck,
  doubt: CircleHelp,
  settled: CircleUser,
  other: Dot,
};

const tones: Partial<Record<ChapterKind, string>> = {
  doubt: "bg-warn-wash text-warn",
  waiting: "bg-warn-wash text-warn",
  refusal: "bg-bad-wash text-bad",
  receipt: "bg-good-wash text-good",
  settled: "bg-accent-wash text-accent-ink",
};

function Chapter({ chapter, isLast }: { chapter: Told; isLast: boolean }) {
  const Icon = icons[chapter.kind];
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      {!isLast && (
        <span aria-hidden="true" className="absolute start-3 top-6 bottom-0 w-px bg-line" />
      )}
      <span
        aria-hidden="true"
        className={cn(
          "flex size-6 shrink-0 items-center justify-center rounded-full",
          tones[chapter.kind] ?? "bg-hover text-soft",
        )}
      >
        <Icon className="size-3.5" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-3 text-xs text-faint">
          <span>{words.kinds[chapter.kind]}</span>
          <time dateTime={chapter.at} title={exactTime(chapter.at)} className="tnum shrink-0">
            {clock(chapter.at)}
          </time>
        </p>
        <p className="break-words">{chapter.summary}</p>
        {chapter.detail && (
          <p className="break-words text-soft first-letter:uppercase">{chapter.detail}</p>
        )}
        <p className="text-xs break-words text-faint first-letter:uppercase">
          {chapter.actor || t.campaign.system}
          {chapter.cause && ` · ${words.because(chapter.cause)}`}
        </p>
      </div>
    </li>
  );
}
