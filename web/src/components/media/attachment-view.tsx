import { CircleAlert, Download, ExternalLink, LoaderCircle, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { contentPath } from "@/api/media";
import type { Attachment, FileState, MediaKind } from "@/api/types";
import { SessionLink } from "@/components/session-link";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";
import { mediaWords as words } from "@/i18n/en/media-words";
import { cardStyle } from "./card-style";
import { CardsView } from "./cards-view";
import { contentKind, fileSize, mapLink, typeName } from "./content";
import { Glyph } from "./glyph";
import { Picture } from "./picture";
import { Player } from "./player";

type Known = Pick<FileState, "state" | "name" | "mime_type" | "bytes" | "trouble">;
type Props = { attachment: Attachment; file: Known | null; text?: ReactNode };

/** A message with what it has besides its text, in the order in which people see it. */
export function AttachmentView({ attachment, file, text }: Props) {
  if (attachment.type === "buttons" || attachment.type === "list") {
    return (
      <div className="flex flex-col gap-1.5">
        {attachment.header && <p className="font-semibold break-words">{attachment.header}</p>}
        {text}
        {attachment.footer && <p className="text-xs break-words text-soft">{attachment.footer}</p>}
        <Offers attachment={attachment} />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-1.5">
      <Body attachment={attachment} file={file} />
      {text}
    </div>
  );
}

type BodyProps = {
  attachment: Exclude<Attachment, { type: "buttons" | "list" }>;
  file: Known | null;
};

function Body({ attachment, file }: BodyProps) {
  switch (attachment.type) {
    case "media":
      return (
        <OneFile id={attachment.media_id} kind={contentKind(attachment) as MediaKind} file={file} />
      );
    case "location":
      return <PlaceView place={attachment} />;
    case "contacts":
      return <CardsView cards={attachment.cards} />;
    case "template":
      return (
        <div className="flex flex-col gap-1.5">
          {attachment.header?.type === "media" && (
            <OneFile
              id={attachment.header.media.media_id}
              kind={attachment.header.media.kind ?? "document"}
              file={file}
            />
          )}
          <p className="flex items-center gap-1.5 text-xs text-soft">
            <Glyph kind="template" className="size-4 shrink-0" />
            <span className="min-w-0 break-words">
              {words.template(attachment.name, attachment.language)}
            </span>
          </p>
        </div>
      );
  }
}

type FileProps = { id: string; kind: MediaKind; file: Known | null };

function OneFile({ id, kind, file }: FileProps) {
  const name = file?.name || words.kinds[kind];
  if (file && file.state !== "stored") return <NotThere kind={kind} file={file} />;
  // What this browser cannot show or play can still be taken to a program that can.
  const download = <FileCard id={id} kind={kind} name={name} file={file} />;
  switch (kind) {
    case "image":
    case "sticker":
      return <Picture id={id} name={name} sticker={kind === "sticker"} instead={download} />;
    case "video":
      return <Player id={id} name={name} video instead={download} />;
    case "audio":
    case "voice":
      return <Player id={id} name={name} instead={download} />;
    case "document":
      return download;
  }
}

function NotThere({ kind, file }: { kind: MediaKind; file: Known }) {
  const waits = file.state === "pending";
  const Icon = waits ? LoaderCircle : file.state === "failed" ? CircleAlert : Trash2;
  const text =
    file.state === "failed" ? words.states.failed : words.states[waits ? "pending" : "removed"];
  return (
    <div className={cardStyle} data-file={file.state} role={waits ? "status" : undefined}>
      <Icon
        aria-hidden="true"
        className={cn(
          "size-5 shrink-0",
          waits ? "animate-spin text-faint" : file.state === "failed" ? "text-bad" : "text-faint",
        )}
      />
      <div className="min-w-0">
        <p className="truncate font-medium">{file.name || words.kinds[kind]}</p>
        <p className={cn("text-xs", file.state === "failed" ? "text-bad" : "text-soft")}>{text}</p>
        {file.state === "failed" && file.trouble && (
          <p className="text-xs break-words text-soft first-letter:uppercase">{file.trouble}</p>
        )}
      </div>
    </div>
  );
}

type CardProps = FileProps & { name: string };

function FileCard({ id, kind, name, file }: CardProps) {
  const facts = [
    typeName(file?.mime_type ?? null, file?.name ?? null),
    file?.bytes != null && fileSize(file.bytes),
  ].filter(Boolean);
  return (
    <SessionLink
      href={contentPath(id)}
      download={file?.name || true}
      title={`${t.actions.download}: ${name}`}
      className={cn(cardStyle, "hover:bg-hover")}
    >
      <Glyph kind={kind} className="size-6 shrink-0 text-faint" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        {facts.length > 0 && (
          <span className="tnum block text-xs text-soft">{facts.join(" · ")}</span>
        )}
      </span>
      <Download aria-hidden="true" className="size-4 shrink-0 text-soft" />
      <span className="sr-only">{t.actions.download}</span>
    </SessionLink>
  );
}

type PlaceProps = { place: Extract<Attachment, { type: "location" }> };

function PlaceView({ place }: PlaceProps) {
  const { latitude, longitude, name, address } = place;
  return (
    <div className={cardStyle}>
      <Glyph kind="location" className="size-6 shrink-0 text-accent-ink" />
      <div className="min-w-0">
        <p className="font-medium break-words">{name || words.place.here}</p>
        {address && <p className="text-xs break-words text-soft">{address}</p>}
        <p className="tnum text-xs text-soft">
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </p>
        <a
          href={mapLink(latitude, longitude)}
          target="_blank"
          rel="noopener noreferrer"
          className="mt-0.5 inline-flex items-center gap-1 text-xs font-medium text-accent-ink hover:underline"
        >
          {words.place.onMap}
          <ExternalLink aria-hidden="true" className="size-3" />
        </a>
      </div>
    </div>
  );
}

type OffersProps = { attachment: Extract<Attachment, { type: "buttons" | "list" }> };

/** What the person can press or choose. */
function Offers({ attachment }: OffersProps) {
  if (attachment.type === "buttons") {
    return <Chips titles={attachment.buttons.map((button) => button.title)} />;
  }
  return (
    <>
      <p className="flex items-center gap-1.5 text-xs font-medium text-accent-ink">
        <Glyph kind="list" className="size-4" />
        {attachment.button}
      </p>
      {attachment.sections.map((section, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a section has no identity but its place
        <div key={index} className="flex flex-col gap-1">
          {section.title && <p className="text-xs text-soft">{section.title}</p>}
          <Chips titles={section.rows.map((row) => row.title)} />
        </div>
      ))}
    </>
  );
}

function Chips({ titles }: { titles: string[] }) {
  return (
    <ul className="flex flex-wrap gap-1">
      {titles.map((title, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same
          key={index}
          className="rounded-full border border-accent-ink/40 px-2.5 py-0.5 text-xs font-medium break-words text-accent-ink"
        >
          {title}
        </li>
      ))}
    </ul>
  );
}
