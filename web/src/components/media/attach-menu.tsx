import { Paperclip } from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import type { MediaFile, Place } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useWhyNot } from "@/components/use-may";
import { mediaWords as words } from "@/i18n/en/media-words";

const AttachList = lazy(() => import("./attach-list"));
const GalleryDialog = lazy(() => import("./gallery-dialog"));
const PlaceDialog = lazy(() => import("./place-dialog"));

type Props = {
  /** The providers that are to send it. */
  providers: readonly string[];
  many?: boolean;
  reason?: string | null | false;
  onFiles: (files: File[]) => void;
  onMedia: (file: MediaFile) => void;
  onPlace: (place: Place) => void;
  /** Without it, the button is a sign. */
  children?: ReactNode;
  className?: string;
};

/** The way to a file of this device, of the gallery, or to a place. */
export function AttachMenu({
  providers,
  many,
  reason,
  onFiles,
  onMedia,
  onPlace,
  children,
  className,
}: Props) {
  const [open, setOpen] = useState<"menu" | "gallery" | "place" | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const whyNoUpload = useWhyNot("media.write");
  const whyNoGallery = useWhyNot("media.read");
  return (
    <>
      <Button
        ref={button}
        look={children ? "plain" : "quiet"}
        size={children ? "md" : "icon"}
        className={className}
        aria-haspopup="menu"
        aria-expanded={open === "menu"}
        aria-label={children ? undefined : words.attach.menu}
        reason={reason}
        onClick={() => setOpen("menu")}
      >
        {children ?? <Paperclip aria-hidden="true" className="size-4" />}
      </Button>
      <input
        ref={input}
        type="file"
        multiple={many}
        aria-label={words.attach.upload}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
      <Suspense>
        {open === "menu" && (
          <AttachList
            anchor={button}
            onClose={() => setOpen((now) => (now === "menu" ? null : now))}
            whyNoUpload={whyNoUpload}
            whyNoGallery={whyNoGallery}
            onUpload={() => input.current?.click()}
            onGallery={() => setOpen("gallery")}
            onPlace={() => setOpen("place")}
          />
        )}
        {open === "gallery" && (
          <GalleryDialog
            providers={providers}
            onClose={() => setOpen(null)}
            onPick={(file) => {
              setOpen(null);
              onMedia(file);
            }}
          />
        )}
        {open === "place" && (
          <PlaceDialog
            onClose={() => setOpen(null)}
            onPlace={(place) => {
              setOpen(null);
              onPlace(place);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
