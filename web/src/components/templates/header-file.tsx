import { useQuery } from "@tanstack/react-query";
import { Paperclip, X } from "lucide-react";
import { mediaFile } from "@/api/media";
import type { MediaFile, MediaKind } from "@/api/types";
import { AttachMenu } from "@/components/media/attach-menu";
import { choices, fileSize } from "@/components/media/content";
import { fileName } from "@/components/media/file-name";
import { Thumb } from "@/components/media/thumb";
import { uploadSaid } from "@/components/media/upload-list";
import { useUploads } from "@/components/media/use-uploads";
import { Button } from "@/components/ui/button";
import { ProgressBar } from "@/components/ui/gauge";
import { mediaWords } from "@/i18n/en/media-words";
import { templateWords } from "@/i18n/en/template-words";

const words = templateWords.fill;

type Media = { media_id: string; kind?: MediaKind | null };

type Props = {
  format: "image" | "video" | "document";
  media: Media | null;
  wrong: string | undefined;
  providers: readonly string[];
  onChange: (media: Media | null) => void;
};

/** The file that stands above the text of a template. */
export function HeaderFile({ format, media, wrong, providers, onChange }: Props) {
  const file = useQuery({ ...mediaFile(media?.media_id ?? ""), enabled: media !== null }).data;
  const take = (chosen: MediaFile) => onChange({ media_id: chosen.id, kind: format });
  const { uploads, queue } = useUploads((upload, stored) => {
    queue.forget(upload.id);
    take(stored);
  });
  const upload = uploads.at(-1);
  const broken = upload?.state === "failed" || upload?.state === "stopped";
  const other = file && !choices(file, providers).includes(format);
  const trouble = wrong ?? (other ? words.otherFile(templateWords.files[format] ?? format) : null);
  return (
    <section aria-label={words.file} className="flex flex-col gap-2 rounded-[10px] border p-3">
      <p className="text-xs font-medium text-soft">
        {words.headerFile(templateWords.files[format] ?? format)}
      </p>
      {media && (
        <div className="flex items-center gap-3">
          <span className="size-12 shrink-0 overflow-hidden rounded-lg border">
            {file && <Thumb file={file} />}
          </span>
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium" dir="auto">
              {file ? fileName(file) : mediaWords.one}
            </span>
            <span className="tnum block text-xs text-soft">
              {file?.bytes != null && fileSize(file.bytes)}
            </span>
          </span>
          <Button
            size="icon-sm"
            look="quiet"
            aria-label={mediaWords.attach.removeOf(file ? fileName(file) : mediaWords.one)}
            onClick={() => onChange(null)}
          >
            <X aria-hidden="true" className="size-4" />
          </Button>
        </div>
      )}
      {upload && upload.state !== "done" && (
        <div>
          <p className="truncate text-xs" dir="auto">
            {upload.file.name}
          </p>
          {broken ? (
            <p role="alert" className="text-xs text-bad">
              {upload.error ?? mediaWords.uploads.stopped}
            </p>
          ) : (
            <>
              <p role="status" className="tnum text-xs text-soft">
                {uploadSaid(upload)}
              </p>
              <ProgressBar label={upload.file.name} value={upload.share} max={1} />
            </>
          )}
        </div>
      )}
      {trouble && (
        <p role="alert" className="text-xs text-bad first-letter:uppercase">
          {trouble}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <AttachMenu
          providers={providers}
          onFiles={(files) => {
            if (upload) queue.forget(upload.id);
            queue.add(files.slice(0, 1));
          }}
          onMedia={take}
        >
          <Paperclip aria-hidden="true" className="size-3.5" />
          {media ? mediaWords.attach.change : words.chooseFile}
        </AttachMenu>
        {!media && <span className="text-xs text-warn">{words.missingFile}</span>}
      </div>
    </section>
  );
}
