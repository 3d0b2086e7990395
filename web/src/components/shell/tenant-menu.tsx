import { ChevronsUpDown } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { Id, Me } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { toastFailure } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";
import { useSwitch } from "./use-switch";

export const loadTenantList = () => import("./tenant-list");
const TenantList = lazy(loadTenantList);
const NewOrganisationDialog = lazy(() => import("./new-organisation-dialog"));

/** The organisation's name, behind which are the person's other ones. */
export function TenantMenu({ me, className }: { me: Me; className?: string }) {
  const [open, setOpen] = useState<"menu" | "new" | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const change = useSwitch();
  const go = (tenant: Id) => {
    if (tenant === me.tenant.id) return;
    change.mutate(tenant, {
      onError: (error) => toastFailure(t.toasts.failed(t.tenants.switchTitle), error),
    });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open === "menu"}
        aria-busy={change.isPending}
        aria-label={t.tenants.menu(me.tenant.name)}
        onClick={() => setOpen("menu")}
        className={cn(
          "flex min-w-0 items-center gap-1 rounded-[5px] text-start hover:bg-hover",
          className,
        )}
      >
        <span className="truncate font-semibold">{me.tenant.name}</span>
        <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      </button>
      <Suspense>
        {open === "menu" && (
          <TenantList
            me={me}
            anchor={button}
            onClose={() => setOpen(null)}
            onGo={go}
            onNew={() => setOpen("new")}
          />
        )}
        {open === "new" && <NewOrganisationDialog onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  );
}
