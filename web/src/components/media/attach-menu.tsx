import { useQuery } from "@tanstack/react-query";
import { Paperclip } from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { providerList } from "@/api/packages";
import type { MediaFile, Profile, ProviderTemplate } from "@/api/types";
import type { Made } from "@/components/compose/made";
import { MadeDialog } from "@/components/compose/made-dialog";
import { Button } from "@/components/ui/button";
import { useMay, useWhyNot } from "@/components/use-may";
import { mediaWords as words } from "@/i18n/en/media-words";
import type { Other } from "./attach-list";
import { sentBySome } from "./content";

const AttachList = lazy(() => import("./attach-list"));
const GalleryDialog = lazy(() => import("./gallery-dialog"));
const TemplatePicker = lazy(() => import("@/components/templates/template-picker"));

type Props = {
  /** The providers that are to send it; none where they are not known yet. */
  providers: readonly string[];
  /** The numbers that are to send it, as far as they are known: what they have is offered. */
  numbers?: readonly Profile[];
  many?: boolean;
  reason?: string | null | false;
  onFiles: (files: File[]) => void;
  onMedia: (file: MediaFile) => void;
  /** Without it, only files are attached. */
  onMade?: (made: Made) => void;
  onTemplate?: (template: ProviderTemplate) => void;
  /** Without it, the button is a sign. */
  children?: ReactNode;
  className?: string;
};

const MADE = ["location", "contacts", "buttons", "list"] as const;

/** The way to a file of this device or of the gallery, to a template, or to what is made on the spot. */
export function AttachMenu({
  providers,
  numbers = [],
  many,
  reason,
  onFiles,
  onMedia,
  onMade,
  onTemplate,
  children,
  className,
}: Props) {
  const [open, setOpen] = useState<"menu" | "gallery" | Other | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const whyNoUpload = useWhyNot("media.write");
  const whyNoGallery = useWhyNot("media.read");
  const known = useQuery({ ...providerList(), enabled: useMay("numbers.read") }).data?.items;
  const kinds: Other[] = [...(onTemplate ? ["template" as const] : []), ...(onMade ? MADE : [])];
  const others = kinds.map((kind) => ({
    kind,
    reason: sentBySome(kind, providers, known) ? null : words.attach.notOffered,
  }));
  const close = () => setOpen(null);
  const made = MADE.find((kind) => kind === open);
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
            others={others}
            onUpload={() => input.current?.click()}
            onGallery={() => setOpen("gallery")}
            onOther={setOpen}
          />
        )}
        {open === "gallery" && (
          <GalleryDialog
            providers={providers}
            onClose={close}
            onPick={(file) => {
              close();
              onMedia(file);
            }}
          />
        )}
        {open === "template" && onTemplate && (
          <TemplatePicker
            numbers={numbers}
            onClose={close}
            onPick={(template) => {
              close();
              onTemplate(template);
            }}
          />
        )}
        {made && onMade && (
          <MadeDialog
            kind={made}
            onClose={close}
            onMade={(thing) => {
              close();
              onMade(thing);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
