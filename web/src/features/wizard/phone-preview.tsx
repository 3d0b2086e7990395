import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Attachment, Forecast } from "@/api/types";
import { AttachmentOf } from "@/components/media/attachment-of";
import { Button } from "@/components/ui/button";
import { t } from "@/i18n/catalogue";
import { clockTime } from "@/i18n/format";
import { pieces } from "./draft";

type Props = {
  text: string;
  attachment: Attachment | null;
  samples: Forecast["samples"];
};

/** The message as three real people will see it. */
export function PhonePreview({ text, attachment, samples }: Props) {
  const [at, setAt] = useState(0);
  const index = Math.min(at, Math.max(samples.length - 1, 0));
  const sample = text.trim() || attachment ? samples[index] : undefined;
  const who = sample ? sample.name || sample.phone_masked : t.wizard.preview;
  const step = (by: number) => setAt((index + by + samples.length) % samples.length);
  const said = sample ? (
    sample.text
  ) : text.trim() ? (
    <Pieces text={text} />
  ) : attachment ? null : (
    t.wizard.previewNone
  );
  const words = said && <p className="break-words whitespace-pre-wrap">{said}</p>;
  return (
    <section aria-label={t.wizard.preview} className="flex flex-col items-center">
      <div className="w-[17rem] overflow-hidden rounded-[2rem] border-[6px] border-[#1c2422] bg-[#efe9e1] shadow-pop dark:border-[#3a4442] dark:bg-[#0f1614]">
        <div className="flex items-center gap-2.5 bg-[#0d3b34] px-4 py-3 text-white">
          <span
            aria-hidden="true"
            className="flex size-7 items-center justify-center rounded-full bg-white/15 text-xs font-semibold"
          >
            {who[0]?.toUpperCase()}
          </span>
          <div className="min-w-0">
            <p className="truncate text-sm leading-4 font-medium">{who}</p>
            {sample && <p className="tnum text-2xs text-white/80">{sample.phone_masked}</p>}
          </div>
        </div>
        <div className="flex min-h-72 flex-col justify-end p-3">
          <div
            className="max-h-80 overflow-y-auto rounded-lg rounded-tl-none bg-white px-2.5 py-1.5 text-[#152220] shadow-sm dark:bg-[#1f2b29] dark:text-[#e8efec]"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls and must be reachable by keyboard
            tabIndex={0}
            role="region"
            aria-label={sample ? t.wizard.previewFor(who) : t.wizard.bubble}
          >
            {attachment ? <AttachmentOf attachment={attachment} text={words} /> : words}
            <p
              aria-hidden="true"
              className="tnum text-end text-2xs text-[#5d6966] dark:text-[#9fb0ab]"
            >
              {clockTime(new Date())}
            </p>
          </div>
        </div>
      </div>
      {samples.length > 1 && sample && (
        <div className="mt-2 flex items-center gap-1">
          <Button
            look="quiet"
            size="icon-sm"
            aria-label={t.wizard.previousSample}
            onClick={() => step(-1)}
          >
            <ChevronLeft aria-hidden="true" className="size-4 rtl:rotate-180" />
          </Button>
          <span className="tnum text-xs text-soft" aria-live="polite">
            {index + 1}/{samples.length}
          </span>
          <Button
            look="quiet"
            size="icon-sm"
            aria-label={t.wizard.nextSample}
            onClick={() => step(1)}
          >
            <ChevronRight aria-hidden="true" className="size-4 rtl:rotate-180" />
          </Button>
        </div>
      )}
    </section>
  );
}

/** The text with its variables marked, before it is filled in for anybody. */
function Pieces({ text }: { text: string }) {
  return pieces(text).map((piece, i) =>
    piece.variable ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
      <mark key={i} className="rounded bg-accent-wash px-0.5 text-accent-ink">
        {piece.variable}
      </mark>
    ) : (
      piece.text
    ),
  );
}
