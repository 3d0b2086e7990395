import { Pencil, RotateCw, X } from "lucide-react";
import { useState } from "react";
import type { Made } from "@/components/compose/made";
import { MadeDialog } from "@/components/compose/made-dialog";
import { contentKind, fileSize } from "@/components/media/content";
import { fileName } from "@/components/media/file-name";
import { Glyph } from "@/components/media/glyph";
import { attachmentFacts, attachmentName } from "@/components/media/summary";
import { Thumb } from "@/components/media/thumb";
import { uploadSaid } from "@/components/media/upload-list";
import type { Upload } from "@/components/media/upload-queue";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { ProgressBar } from "@/components/ui/gauge";
import { composeWords } from "@/i18n/en/compose-words";
import { mediaWords as words } from "@/i18n/en/media-words";
import { type Attached, enclose } from "./attached";

type Props = {
  items: Attached[];
  uploads: Upload[];
  provider: string | undefined;
  /** Why each cannot be sent, in the same order. */
  held: (string | null)[];
  onRemove: (id: string) => void;
  onRetry: (id: string) => void;
  onChange: (id: string, made: Made) => void;
};

/** What will go with the reply, above the place where it is written. */
export function AttachedStrip(props: Props) {
  const { items, uploads, provider, held, onRemove, onRetry, onChange } = props;
  const [editing, setEditing] = useState<string | null>(null);
  const edited = items.find(({ id }) => id === editing);
  return (
    <>
      <ul
        aria-label={words.attach.title}
        className="mb-2 flex max-h-40 flex-wrap gap-2 overflow-y-auto"
      >
        {items.map((item, index) => {
          const upload = uploads.find(({ id }) => id === item.id);
          const name = item.media
            ? fileName(item.media)
            : item.made
              ? attachmentName(item.made)
              : (upload?.file.name ?? words.one);
          const failed = upload?.state === "failed" || upload?.state === "stopped";
          const there = item.media ?? item.made;
          const why = there ? held[index] : upload?.error;
          return (
            <li
              key={item.id}
              data-attached={there ? "ready" : (upload?.state ?? "waiting")}
              className={cn(
                "flex w-64 max-w-full items-center gap-2.5 rounded-lg border bg-sunken p-1.5",
                why && "border-bad/50 bg-bad-wash",
              )}
            >
              <span className="flex size-10 shrink-0 items-center justify-center overflow-hidden rounded-md bg-hover text-faint">
                {item.media ? (
                  <Thumb file={item.media} className="[&_span]:text-[0px]" />
                ) : (
                  <Glyph kind={item.made?.type ?? "document"} className="size-5" />
                )}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate text-xs font-medium" dir="auto">
                  {name}
                </span>
                {why ? (
                  <span role="alert" className="block text-2xs break-words text-bad">
                    {why}
                  </span>
                ) : there ? (
                  <span className="tnum block truncate text-2xs text-soft">
                    {saidOf(item, provider)}
                  </span>
                ) : (
                  upload &&
                  !failed && (
                    <>
                      <span className="tnum block text-2xs text-soft" role="status">
                        {upload.state === "waiting" ? words.uploads.waiting : uploadSaid(upload)}
                      </span>
                      <ProgressBar label={name} value={upload.share} max={1} />
                    </>
                  )
                )}
              </span>
              {failed && (
                <Button
                  size="icon-sm"
                  look="quiet"
                  aria-label={words.uploads.retry(name)}
                  onClick={() => onRetry(item.id)}
                >
                  <RotateCw aria-hidden="true" className="size-3.5" />
                </Button>
              )}
              {item.made && (
                <Button
                  size="icon-sm"
                  look="quiet"
                  aria-label={composeWords.edit(name)}
                  onClick={() => setEditing(item.id)}
                >
                  <Pencil aria-hidden="true" className="size-3.5" />
                </Button>
              )}
              <Button
                size="icon-sm"
                look="quiet"
                aria-label={words.attach.removeOf(name)}
                onClick={() => onRemove(item.id)}
              >
                <X aria-hidden="true" className="size-3.5" />
              </Button>
            </li>
          );
        })}
      </ul>
      {edited?.made && (
        <MadeDialog
          kind={edited.made.type}
          initial={edited.made}
          wrong={edited.wrong}
          onClose={() => setEditing(null)}
          onMade={(made) => {
            setEditing(null);
            onChange(edited.id, made);
          }}
        />
      )}
    </>
  );
}

function saidOf(item: Attached, provider: string | undefined): string {
  if (item.made) return attachmentFacts(item.made);
  const enclosed = enclose(item, provider);
  const kind = enclosed && words.kinds[contentKind(enclosed.attachment)];
  return [kind, item.media?.bytes != null && fileSize(item.media.bytes)]
    .filter(Boolean)
    .join(" · ");
}
