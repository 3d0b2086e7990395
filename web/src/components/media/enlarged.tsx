import { Dialog as Base } from "@base-ui/react/dialog";
import { Download, X } from "lucide-react";
import { contentPath } from "@/api/media";
import type { Id } from "@/api/types";
import { SessionLink } from "@/components/session-link";
import { buttonStyle } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";

type Props = { id: Id; name: string; onClose: () => void };

const button = cn(
  buttonStyle({ look: "quiet", size: "icon" }),
  "bg-black/50 text-white hover:bg-black/80 hover:text-white",
);

/** A picture as large as the window lets it be. */
export default function Enlarged({ id, name, onClose }: Props) {
  return (
    <Base.Root open onOpenChange={onClose}>
      <Base.Portal>
        <Base.Popup
          className="fixed inset-0 z-50 flex flex-col bg-black outline-none"
          onClick={(event) => event.target === event.currentTarget && onClose()}
        >
          <header className="flex items-center gap-2 p-3 text-white">
            <Base.Title className="min-w-0 flex-1 truncate text-sm font-medium">{name}</Base.Title>
            <SessionLink
              href={contentPath(id)}
              download={name}
              title={t.actions.download}
              aria-label={t.actions.download}
              className={button}
            >
              <Download aria-hidden="true" className="size-4" />
            </SessionLink>
            <Base.Close aria-label={t.actions.close} className={button}>
              <X aria-hidden="true" className="size-4" />
            </Base.Close>
          </header>
          <img
            src={contentPath(id)}
            alt={name}
            className="m-auto max-h-[calc(100dvh-5rem)] min-h-0 max-w-[calc(100vw-1.5rem)] object-contain pb-3"
          />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
