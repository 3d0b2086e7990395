import { Toast as Base } from "@base-ui/react/toast";
import { Check, CircleAlert, LoaderCircle, X } from "lucide-react";
import { t } from "@/i18n/catalogue";
import { buttonStyle } from "./button";
import { cn } from "./class-names";
import { toasts } from "./toasts";

export function Toaster() {
  return (
    <Base.Provider toastManager={toasts} timeout={5000} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed end-4 bottom-20 z-60 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2 outline-none lg:bottom-4">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const manager = Base.useToastManager();
  return manager.toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={["right", "down"]}
      className="rounded-[10px] border border-line bg-surface text-ink shadow-pop transition-[opacity,translate] duration-150 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-2.5 py-2.5 ps-3 pe-2">
        <Mark type={toast.type} />
        <div className="min-w-0 flex-1 py-px">
          <Base.Title className="text-sm font-medium" />
          <Base.Description className="text-xs break-words text-soft" />
        </div>
        <Base.Close
          aria-label={t.actions.close}
          className={cn(buttonStyle({ look: "quiet", size: "icon-sm" }), "size-6")}
        >
          <X aria-hidden="true" className="size-3.5" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

function Mark({ type }: { type: string | undefined }) {
  const size = "mt-0.5 size-4 shrink-0";
  if (type === "bad") return <CircleAlert aria-hidden="true" className={cn(size, "text-bad")} />;
  if (type === "done") return <Check aria-hidden="true" className={cn(size, "text-good")} />;
  return <LoaderCircle aria-hidden="true" className={cn(size, "animate-spin text-faint")} />;
}
