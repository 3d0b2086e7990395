import { CircleAlert, Paperclip, Pencil, RotateCw, X } from "lucide-react";
import { useState } from "react";
import type { Attachment, MediaFile, MediaKind, Profile, ProviderTemplate } from "@/api/types";
import { isMade, type Wrong } from "@/components/compose/made";
import { MadeDialog } from "@/components/compose/made-dialog";
import { AttachMenu } from "@/components/media/attach-menu";
import { choices, contentKind, usualKind } from "@/components/media/content";
import { Glyph } from "@/components/media/glyph";
import { attachmentFacts, attachmentName } from "@/components/media/summary";
import { Thumb } from "@/components/media/thumb";
import { uploadSaid } from "@/components/media/upload-list";
import type { Upload, UploadQueue } from "@/components/media/upload-queue";
import { useDrop } from "@/components/media/use-drop";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Field } from "@/components/ui/field";
import { ProgressBar } from "@/components/ui/gauge";
import { Select } from "@/components/ui/plain-field";
import { useWhyNot } from "@/components/use-may";
import { composeWords } from "@/i18n/en/compose-words";
import { mediaWords } from "@/i18n/en/media-words";

const words = mediaWords.attach;

type Props = {
  attachment: Attachment | null;
  file: MediaFile | undefined;
  upload: Upload | undefined;
  queue: UploadQueue;
  trouble: string | null;
  /** What the server found wrong with it, by place. */
  wrong: Wrong;
  /** The providers of the numbers that may send it. */
  providers: readonly string[];
  numbers: readonly Profile[];
  onChange: (attachment: Attachment | null) => void;
  onTemplate: (template: ProviderTemplate) => void;
};

/** What goes with the text: chosen, looked at, changed or taken away. */
export function AttachField(props: Props) {
  const { attachment, file, upload, queue, trouble, wrong, providers, numbers, onChange } = props;
  const mayNotUpload = useWhyNot("media.write");
  // The last one that is chosen is the one that is meant.
  const add = (files: File[]) => {
    if (upload) queue.forget(upload.id);
    queue.add(files.slice(0, 1));
  };
  const { over, handlers } = useDrop(add, !mayNotUpload);
  const menu = (label: string) => (
    <AttachMenu
      providers={providers}
      numbers={numbers}
      onFiles={add}
      onMedia={(media) => onChange({ type: "media", media_id: media.id, kind: usualKind(media) })}
      onMade={onChange}
      onTemplate={props.onTemplate}
    >
      <Paperclip aria-hidden="true" className="size-3.5" />
      {label}
    </AttachMenu>
  );
  return (
    <section
      aria-label={words.title}
      {...handlers}
      className={cn(
        "flex flex-col gap-3 rounded-[10px] border border-dashed border-edge/60 bg-surface p-3",
        over && "border-accent-ink bg-accent-wash",
      )}
    >
      {upload && upload.state !== "done" ? (
        <Uploading upload={upload} queue={queue} />
      ) : attachment ? (
        <Chosen
          attachment={attachment}
          file={file}
          trouble={trouble}
          wrong={wrong}
          onChange={onChange}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {menu(attachment ? words.change : words.menu)}
        {!attachment && <p className="min-w-0 flex-1 basis-56 text-xs text-faint">{words.hint}</p>}
      </div>
    </section>
  );
}

function Uploading({ upload, queue }: { upload: Upload; queue: UploadQueue }) {
  const { name } = upload.file;
  const failed = upload.state === "failed" || upload.state === "stopped";
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        {failed ? (
          <p role="alert" className="text-xs break-words text-bad">
            {upload.error ?? mediaWords.uploads.stopped}
          </p>
        ) : (
          <>
            <p role="status" className="tnum mb-1 text-xs text-soft">
              {uploadSaid(upload)}
            </p>
            <ProgressBar label={name} value={upload.share} max={1} />
          </>
        )}
      </div>
      {failed && (
        <Button
          size="icon-sm"
          look="quiet"
          aria-label={mediaWords.uploads.retry(name)}
          onClick={() => queue.retry(upload.id)}
        >
          <RotateCw aria-hidden="true" className="size-3.5" />
        </Button>
      )}
      <Button
        size="icon-sm"
        look="quiet"
        aria-label={failed ? words.removeOf(name) : mediaWords.uploads.stop(name)}
        onClick={() => queue.forget(upload.id)}
      >
        <X aria-hidden="true" className="size-4" />
      </Button>
    </div>
  );
}

type ChosenProps = Pick<Props, "file" | "trouble" | "wrong" | "onChange"> & {
  attachment: Attachment;
};

function Chosen({ attachment, file, trouble, wrong, onChange }: ChosenProps) {
  const [editing, setEditing] = useState(false);
  const kind = contentKind(attachment, file);
  const name = attachmentName(attachment, file);
  const said = [trouble, ...(isMade(attachment) ? Object.values(wrong) : [])].filter(Boolean);
  const ways = attachment.type === "media" && file ? choices(file) : [];
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="flex size-16 shrink-0 items-center justify-center overflow-hidden rounded-lg border bg-sunken text-faint">
        {file && attachment.type === "media" ? (
          <Thumb file={file} />
        ) : (
          <Glyph kind={kind} className="size-7" />
        )}
      </span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium" dir="auto">
          {name}
        </p>
        <p className="tnum text-xs text-soft">{attachmentFacts(attachment, file)}</p>
        {said.map((text) => (
          <p key={text} role="alert" className="flex gap-1 text-xs text-bad">
            <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
            <span className="first-letter:uppercase">{text}</span>
          </p>
        ))}
      </div>
      {attachment.type === "media" && ways.length > 1 && (
        <Field label={words.as} className="w-36">
          <Select
            aria-label={words.as}
            title={words.asHint}
            value={kind}
            onChange={(event) => onChange({ ...attachment, kind: event.target.value as MediaKind })}
          >
            {ways.map((way) => (
              <option key={way} value={way}>
                {mediaWords.kinds[way]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {isMade(attachment) && (
        <Button
          size="icon-sm"
          look="quiet"
          aria-label={composeWords.edit(name)}
          onClick={() => setEditing(true)}
        >
          <Pencil aria-hidden="true" className="size-3.5" />
        </Button>
      )}
      <Button
        size="icon-sm"
        look="quiet"
        aria-label={words.removeOf(name)}
        onClick={() => onChange(null)}
      >
        <X aria-hidden="true" className="size-4" />
      </Button>
      {editing && isMade(attachment) && (
        <MadeDialog
          kind={attachment.type}
          initial={attachment}
          wrong={wrong}
          onClose={() => setEditing(false)}
          onMade={(made) => {
            setEditing(false);
            onChange(made);
          }}
        />
      )}
    </div>
  );
}
