import type { MediaFile } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { contentKind, typeName } from "./content";
import { Glyph } from "./glyph";
import { useContent } from "./use-content";

type Props = { file: MediaFile; className?: string };

/** A file in a square: the picture itself, the beginning of a video, or a sign of its kind. */
export function Thumb({ file, className }: Props) {
  const box = cn(
    "relative flex size-full items-center justify-center overflow-hidden bg-sunken text-faint",
    className,
  );
  const shown = file.state === "stored" && isShown(file);
  return <span className={box}>{shown ? <Shown file={file} /> : <Sign file={file} />}</span>;
}

const isShown = ({ kind, mime_type }: MediaFile) =>
  kind === "video" || mime_type?.startsWith("image/") || mime_type?.startsWith("video/");

function Shown({ file }: { file: MediaFile }) {
  const { src, key, broken, onError } = useContent(file.id);
  if (broken) return <Sign file={file} />;
  const isVideo = file.mime_type?.startsWith("video/");
  if (isVideo) {
    return (
      <>
        <video
          key={key}
          src={`${src}#t=0.1`}
          preload="metadata"
          muted
          playsInline
          tabIndex={-1}
          aria-hidden="true"
          className="size-full object-cover"
          onError={onError}
        />
        <span className="absolute inset-0 flex items-center justify-center">
          <span className="rounded-full bg-black/55 p-2 text-white">
            <Glyph kind="video" className="size-5" />
          </span>
        </span>
      </>
    );
  }
  return (
    <img
      key={key}
      src={src}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      className={cn("size-full", file.kind === "sticker" ? "object-contain p-3" : "object-cover")}
      onError={onError}
    />
  );
}

function Sign({ file }: { file: MediaFile }) {
  return (
    <span className="flex flex-col items-center gap-1.5">
      <Glyph
        kind={contentKind({ type: "media", media_id: file.id, kind: file.kind })}
        className="size-8"
      />
      <span className="text-2xs font-medium tracking-wide">
        {typeName(file.mime_type, file.name)}
      </span>
    </span>
  );
}
