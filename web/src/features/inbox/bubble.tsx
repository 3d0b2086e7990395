import { Clock, Pencil, RotateCw } from "lucide-react";
import type { ChatMessage } from "@/api/types";
import { isMade } from "@/components/compose/made";
import { AttachmentView } from "@/components/media/attachment-view";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";
import { clockTime, exactTime, when } from "@/i18n/format";
import { CampaignMark, OriginMark } from "./origin-mark";
import type { Pending } from "./outbox";
import { Speaker } from "./speaker";
import { Ticks } from "./ticks";

const shape = "max-w-[85%] rounded-2xl px-3 py-1.5 sm:max-w-[70%]";

export function Bubble({ message }: { message: ChatMessage }) {
  const out = message.direction === "out";
  const { member, origin } = message;
  const ofCampaign = origin === "campaign";
  return (
    <div
      className={cn("flex flex-col", out ? "items-end" : "items-start")}
      data-message={message.id}
    >
      <div
        className={cn(
          shape,
          out ? "rounded-ee-md bg-accent-wash" : "rounded-es-md border bg-surface",
          ofCampaign && "border border-dashed border-accent-ink/50 bg-surface",
          message.status === "failed" && "bg-bad-wash",
        )}
      >
        {ofCampaign && <CampaignMark message={message} />}
        {member && <Speaker member={member} erased={message.erased} />}
        {message.erased ? (
          <p className="text-faint italic">{t.inbox.erased}</p>
        ) : message.attachment ? (
          <AttachmentView
            attachment={message.attachment}
            file={message.file}
            text={message.text && <Text>{message.text}</Text>}
          />
        ) : message.text ? (
          <Text>{message.text}</Text>
        ) : (
          <p className="text-faint italic">{t.inbox.unsupported(message.type)}</p>
        )}
        <p className="mt-0.5 flex items-center justify-end gap-1.5 text-2xs text-faint">
          {origin && origin !== "campaign" && <OriginMark origin={origin} />}
          {message.author && <span className="truncate">{message.author}</span>}
          <time dateTime={message.at} title={exactTime(message.at)} className="tnum">
            {clockTime(message.at)}
          </time>
          {out && message.status && <Ticks status={message.status} />}
        </p>
      </div>
      {message.status === "failed" && (
        <p className="mt-0.5 text-xs text-bad">{message.error?.title ?? t.inbox.notSent}</p>
      )}
    </div>
  );
}

const Text = ({ children }: { children: string }) => (
  <p dir="auto" className="break-words whitespace-pre-wrap">
    {children}
  </p>
);

type PendingProps = {
  reply: Pending;
  onRetry: () => void;
  /** Puts it back to where it was written. */
  onTakeBack: () => void;
};

/** A reply that is not on the record yet, or could not be put there. */
export function PendingBubble({ reply, onRetry, onTakeBack }: PendingProps) {
  return (
    <div className="flex flex-col items-end" data-message={reply.id}>
      <div className={cn(shape, "rounded-ee-md bg-accent-wash", reply.error && "bg-bad-wash")}>
        {reply.enclosed ? (
          <AttachmentView {...reply.enclosed} text={reply.text && <Text>{reply.text}</Text>} />
        ) : (
          <Text>{reply.text}</Text>
        )}
        <p className="mt-0.5 flex items-center justify-end gap-1.5 text-2xs text-faint">
          <span className="tnum">{clockTime(reply.at)}</span>
          <span title={t.inbox.waiting}>
            <Clock aria-hidden="true" className="size-3.5" />
            <span className="sr-only">{t.inbox.waiting}</span>
          </span>
        </p>
      </div>
      {reply.error && (
        <div
          role="alert"
          className="mt-1 flex flex-wrap items-center justify-end gap-2 text-xs text-bad"
        >
          {t.inbox.notSent}: {reply.error}
          {reply.wrong && reply.enclosed && isMade(reply.enclosed.attachment) ? (
            <Button size="sm" onClick={onTakeBack}>
              <Pencil aria-hidden="true" className="size-3" />
              {t.inbox.change}
            </Button>
          ) : (
            <Button size="sm" title={t.inbox.retryHint} onClick={onRetry}>
              <RotateCw aria-hidden="true" className="size-3" />
              {t.inbox.retry}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** The day, where the messages pass into another one. */
export function DayMark({ at, after }: { at: string; after: string | undefined }) {
  const day = new Date(at);
  if (after && new Date(after).toDateString() === day.toDateString()) return null;
  const today = day.toDateString() === new Date().toDateString();
  return (
    <p className="my-2 self-center rounded-full bg-hover px-2.5 text-2xs leading-5 font-medium text-soft">
      {today ? t.inbox.today : (when(at).split(",")[0] ?? "")}
    </p>
  );
}
