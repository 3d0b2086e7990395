import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { t } from "@/i18n/catalogue";
import { buttonStyle } from "./button";
import { cn } from "./class-names";
import type { DialogProps } from "./dialog";

const places = {
  centre:
    "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-2xl sm:inset-x-auto sm:bottom-auto sm:start-1/2 sm:top-[12vh] sm:max-h-[80dvh] sm:w-[30rem] sm:-translate-x-1/2 sm:rounded-xl rtl:sm:translate-x-1/2 data-starting-style:translate-y-3 data-starting-style:opacity-0 data-ending-style:opacity-0",
  end: "inset-y-0 end-0 w-full sm:w-[27rem] sm:border-s data-starting-style:translate-x-6 data-starting-style:opacity-0 data-ending-style:translate-x-6 data-ending-style:opacity-0",
  bottom:
    "inset-x-0 bottom-0 max-h-[85dvh] rounded-t-2xl data-starting-style:translate-y-6 data-starting-style:opacity-0 data-ending-style:opacity-0",
};

export default function DialogWindow({
  open,
  onOpenChange,
  title,
  description,
  side = "centre",
  wide,
  locked = false,
  children,
}: DialogProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => !locked && onOpenChange(next)}
      disablePointerDismissal={locked}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/35 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 dark:bg-black/60" />
        <Base.Popup
          className={cn(
            "fixed z-50 flex flex-col border-line bg-surface text-ink shadow-pop transition-[opacity,translate] duration-150 outline-none",
            side !== "end" && "border",
            places[side],
            wide && "sm:w-[40rem]",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description && (
                <Base.Description className="mt-0.5 text-sm text-soft">
                  {description}
                </Base.Description>
              )}
            </div>
            {!locked && (
              <Base.Close
                aria-label={t.actions.close}
                className={cn(buttonStyle({ look: "quiet", size: "icon-sm" }), "-me-2")}
              >
                <X aria-hidden="true" className="size-4" />
              </Base.Close>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
