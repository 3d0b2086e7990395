import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleHelp, Command } from "lucide-react";
import { unreadChats } from "@/api/chats";
import type { Me } from "@/api/types";
import { wallet } from "@/api/wallet";
import { Badge } from "@/components/ui/badge";
import { buttonStyle } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { LogoMark } from "@/components/ui/logo";
import { Kbd } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { compact, count } from "@/i18n/format";
import { AccountMenu } from "./account-menu";
import { SCREENS } from "./screens";
import { TenantMenu } from "./tenant-menu";
import { ThemeButton } from "./theme-button";

type Props = { me: Me; onPalette: () => void; onHelp: () => void };

export function Rail({ me, onPalette, onHelp }: Props) {
  return (
    <aside
      aria-label={t.nav.side}
      className="hidden w-[13.5rem] shrink-0 flex-col border-e bg-rail lg:flex"
    >
      <div className="flex items-center gap-2.5 px-4 pt-4 pb-3">
        <LogoMark />
        <div className="min-w-0 flex-1">
          <TenantMenu me={me} className="-ms-1 h-6 max-w-full px-1 text-sm" />
          <p className="flex items-center gap-1.5 text-xs text-faint">
            {t.name}
            {me.sandbox && <SandboxMark />}
          </p>
        </div>
      </div>
      <div className="px-3 pb-2">
        <button
          type="button"
          onClick={onPalette}
          className="flex h-8 w-full items-center gap-2 rounded-[7px] border bg-surface px-2.5 text-sm text-faint shadow-card hover:text-soft"
        >
          <Command aria-hidden="true" className="size-3.5" />
          <span className="flex-1 truncate text-start">{t.palette.hint}</span>
          <Kbd>Ctrl K</Kbd>
        </button>
      </div>
      <nav
        aria-label={t.nav.label}
        className="flex flex-1 flex-col gap-px overflow-y-auto px-3 py-1"
      >
        {SCREENS.map((screen) => (
          <Link
            key={screen.to}
            to={screen.to}
            activeOptions={{ exact: screen.to === "/", includeSearch: false }}
            className="group flex h-8 items-center gap-2.5 rounded-[7px] px-2.5 font-medium text-soft hover:bg-hover hover:text-ink data-[status=active]:bg-surface data-[status=active]:text-ink data-[status=active]:shadow-card dark:data-[status=active]:bg-hover"
          >
            <screen.icon
              aria-hidden="true"
              className="size-4 text-faint group-data-[status=active]:text-accent-ink"
              strokeWidth={1.9}
            />
            <span className="flex-1">{screen.label}</span>
            {screen.to === "/inbox" && <UnreadMark />}
            {screen.to === "/wallet" && <BalanceMark />}
          </Link>
        ))}
      </nav>
      <div className="flex items-center gap-1 border-t p-2">
        <AccountMenu me={me} />
        <ThemeButton />
        <button
          type="button"
          aria-label={t.shortcuts.title}
          onClick={onHelp}
          className={buttonStyle({ look: "quiet", size: "icon-sm" })}
        >
          <CircleHelp aria-hidden="true" className="size-4" />
        </button>
      </div>
    </aside>
  );
}

export function SandboxMark() {
  return (
    <span title={t.nav.sandboxWhy}>
      <Badge tone="warn">{t.nav.sandbox}</Badge>
    </span>
  );
}

export function UnreadMark({ className }: { className?: string }) {
  const { data } = useQuery(unreadChats());
  if (!data?.items.length) return null;
  const unread = data.items.length;
  return (
    <span
      className={cn(
        "tnum flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-full bg-accent px-1 text-2xs font-semibold text-on-accent",
        className,
      )}
    >
      {count(unread)}
      {data.next_cursor && "+"}
      <span className="sr-only"> {t.nav.unread(unread)}</span>
    </span>
  );
}

function BalanceMark() {
  const { data } = useQuery(wallet());
  if (!data) return null;
  return (
    <span
      className={cn(
        "tnum text-xs font-normal",
        data.low_balance ? "font-semibold text-warn" : "text-faint",
      )}
    >
      {compact(data.balance)}
      <span className="sr-only"> {t.nav.points}</span>
    </span>
  );
}
