import { lazy, Suspense, useState } from "react";
import type { Me } from "@/api/types";
import { t } from "@/i18n/catalogue";

const AccountDialog = lazy(() => import("./account-dialog"));

/** Who is signed in; opens what there is to know and the way out. */
export function AccountMenu({ me, compact }: { me: Me; compact?: boolean }) {
  const [open, setOpen] = useState(false);
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
      <Suspense>{open && <AccountDialog me={me} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
