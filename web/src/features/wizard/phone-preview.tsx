import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Attachment, Forecast } from "@/api/types";
import { AttachmentOf } from "@/components/media/attachment-of";
import { Phone } from "@/components/phone";
import { Button } from "@/components/ui/button";
import { t } from "@/i18n/catalogue";
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
  ) : attachment?.type === "template" ? null : text.trim() ? (
    <Pieces text={text} />
  ) : attachment ? null : (
    t.wizard.previewNone
  );
  const words = said && <p className="break-words whitespace-pre-wrap">{said}</p>;
  return (
    <section aria-label={t.wizard.preview} className="flex flex-col items-center">
      <Phone
        who={who}
        detail={sample?.phone_masked}
        label={sample ? t.wizard.previewFor(who) : t.wizard.bubble}
      >
        {attachment ? <AttachmentOf attachment={attachment} text={words} /> : words}
      </Phone>
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
