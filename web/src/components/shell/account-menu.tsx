import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { signOut } from "@/api/auth";
import type { Me } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { toastFailure } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";

export function AccountMenu({ me, compact }: { me: Me; compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      toastFailure(t.toasts.failed(t.actions.signOut), error);
      return;
    }
    await navigate({ to: "/sign-in" });
    client.clear();
  };
  const initials = me.user.full_name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0])
    .join("")
    .toUpperCase();
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label={compact ? `${t.nav.account}: ${me.user.full_name}` : undefined}
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-[7px] px-1.5 text-start hover:bg-hover"
      >
        <span
          aria-hidden="true"
          data-initials={initials}
          className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-wash text-2xs font-semibold text-accent-ink after:content-[attr(data-initials)]"
        />
        {!compact && <span className="truncate text-sm">{me.user.full_name}</span>}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={me.user.full_name}
        description={me.user.email}
      >
        <dl className="divide-y">
          <Definition term={t.auth.business}>{me.tenant.name}</Definition>
          <Definition term={t.account.role}>{t.account.roles[me.role]}</Definition>
          <Definition term={t.account.zone}>{me.tenant.time_zone}</Definition>
          <Definition term={t.account.country}>{me.tenant.default_country}</Definition>
        </dl>
        <div className="mt-4 flex justify-end">
          <Button onClick={() => void leave()}>
            <LogOut aria-hidden="true" className="size-3.5" />
            {t.actions.signOut}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
