import { lazy, type ReactNode, Suspense, useState } from "react";
import type { Id } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { mediaWords as words } from "@/i18n/en/media-words";
import { useContent } from "./use-content";

const Enlarged = lazy(() => import("./enlarged"));

type Props = {
  id: Id;
  name: string;
  sticker?: boolean;
  /** Where this browser cannot show it. */
  instead: ReactNode;
};

/** A picture of a message; pressed, it fills the window. */
export function Picture({ id, name, sticker, instead }: Props) {
  const [open, setOpen] = useState(false);
  const { src, key, broken, onError } = useContent(id);
  if (broken) return instead;
  return (
    <>
      <button
        type="button"
        aria-label={words.detail.enlarge(name)}
        onClick={() => setOpen(true)}
        // Its place is kept while it is fetched, so that nothing moves under the reader.
        className={cn(
          "block max-w-full cursor-zoom-in overflow-hidden",
          sticker ? "size-32" : "h-56 w-72 rounded-xl bg-sunken",
        )}
      >
        <img
          key={key}
          src={src}
          alt=""
          loading="lazy"
          decoding="async"
          className={cn("size-full", sticker ? "object-contain" : "object-cover")}
          onError={onError}
        />
      </button>
      <Suspense>{open && <Enlarged id={id} name={name} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
