import { Link } from "@tanstack/react-router";
import { Ellipsis, Search } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Me } from "@/api/types";
import { buttonStyle } from "@/components/ui/button";
import { LogoMark } from "@/components/ui/logo";
import { t } from "@/i18n/catalogue";
import { AccountMenu } from "./account-menu";
import { SandboxMark, UnreadMark } from "./rail";
import { PHONE_TABS, SCREENS } from "./screens";
import { TenantMenu } from "./tenant-menu";
import { ThemeButton } from "./theme-button";

const MoreSheet = lazy(() => import("./more-sheet"));

export function PhoneTop({ me, onPalette }: { me: Me; onPalette: () => void }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-rail px-3 lg:hidden">
      <LogoMark className="size-6" />
      <div className="min-w-0 flex-1">
        <TenantMenu me={me} className="h-9 max-w-full px-1" />
      </div>
      {me.sandbox && <SandboxMark />}
      <button
        type="button"
        aria-label={t.palette.title}
        onClick={onPalette}
        className={buttonStyle({ look: "quiet", size: "icon-sm" })}
      >
        <Search aria-hidden="true" className="size-4" />
      </button>
      <ThemeButton />
      <div className="w-9">
        <AccountMenu me={me} compact />
      </div>
    </header>
  );
}

const tab =
  "relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-faint data-[status=active]:text-accent-ink";

/** The four screens of every day, and the others behind "More". */
export function PhoneBar() {
  const [open, setOpen] = useState(false);
  return (
    <nav
      aria-label={t.nav.label}
      className="flex shrink-0 border-t bg-rail pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {SCREENS.slice(0, PHONE_TABS).map((screen) => (
        <Link
          key={screen.to}
          to={screen.to}
          activeOptions={{ exact: screen.to === "/", includeSearch: false }}
          className={tab}
        >
          <screen.icon aria-hidden="true" className="size-5" strokeWidth={1.8} />
          {screen.label}
          {screen.to === "/inbox" && <UnreadMark className="absolute start-1/2 top-1.5 ms-1.5" />}
        </Link>
      ))}
      <button type="button" className={tab} onClick={() => setOpen(true)}>
        <Ellipsis aria-hidden="true" className="size-5" strokeWidth={1.8} />
        {t.nav.more}
      </button>
      <Suspense>{open && <MoreSheet onClose={() => setOpen(false)} />}</Suspense>
    </nav>
  );
}
