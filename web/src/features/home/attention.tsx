import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import {
  ChevronRight,
  CircleCheck,
  CircleHelp,
  Inbox,
  type LucideIcon,
  SmartphoneCharging,
  Wallet,
} from "lucide-react";
import { unreadChats } from "@/api/chats";
import { uncertainMessages } from "@/api/messages";
import { packageList } from "@/api/packages";
import type { Chat, Message, Package, Page, Wallet as Points } from "@/api/types";
import { wallet } from "@/api/wallet";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";

type Need = {
  key: string;
  tone: "bad" | "warn" | "info";
  icon: LucideIcon;
  title: string;
  hint: string;
  link: LinkProps;
};

export function Attention() {
  const uncertain = useQuery(uncertainMessages());
  const points = useQuery(wallet());
  const packages = useQuery(packageList());
  const chats = useQuery(unreadChats());
  const all = [uncertain, points, packages, chats];
  const failed = all.find((query) => query.isError && query.data === undefined);
  const waiting = all.some((query) => query.isPending);
  const needs = [
    ...fromNumbers(packages.data),
    ...fromDevices(packages.data),
    ...fromUncertain(uncertain.data),
    ...fromPoints(points.data),
    ...fromChats(chats.data),
  ];
  return (
    <Panel title={t.home.attention}>
      {needs.length > 0 && (
        <ul className="divide-y">
          {needs.map((need) => (
            <NeedRow key={need.key} need={need} />
          ))}
        </ul>
      )}
      {failed && (
        <ErrorPanel
          what={t.home.attention}
          error={failed.error}
          onRetry={() => {
            for (const query of all) if (query.isError) void query.refetch();
          }}
        />
      )}
      {!failed && waiting && needs.length === 0 && <SkeletonRows rows={2} />}
      {!failed && !waiting && needs.length === 0 && (
        <p className="flex items-center gap-2.5 px-4 py-5 text-soft">
          <CircleCheck aria-hidden="true" className="size-4 text-good" />
          {t.home.nothing}
        </p>
      )}
    </Panel>
  );
}

const tones = {
  bad: "bg-bad-wash text-bad",
  warn: "bg-warn-wash text-warn",
  info: "bg-info-wash text-info",
};

function NeedRow({ need }: { need: Need }) {
  return (
    <li>
      <Link {...need.link} className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover/60">
        <span
          className={cn(
            "flex size-7 shrink-0 items-center justify-center rounded-lg",
            tones[need.tone],
          )}
        >
          <need.icon aria-hidden="true" className="size-4" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{need.title}</span>
          <span className="block text-xs text-soft">{need.hint}</span>
        </span>
        <ChevronRight aria-hidden="true" className="size-4 text-faint rtl:rotate-180" />
      </Link>
    </li>
  );
}

function fromNumbers(page: Page<Package> | undefined): Need[] {
  return (page?.items ?? []).flatMap((pack) =>
    pack.profiles
      .filter((profile) => profile.state === "blocked" || profile.state === "cooling_down")
      .map((profile) => ({
        key: profile.id,
        tone: profile.state === "blocked" ? ("bad" as const) : ("warn" as const),
        icon: SmartphoneCharging,
        title:
          profile.state === "blocked" ? t.home.blocked(profile.name) : t.home.cooling(profile.name),
        hint: profile.state_reason ?? t.home.blockedHint,
        link: { to: "/numbers" } as LinkProps,
      })),
  );
}

/** Devices that were linked once: one that was never linked is no surprise. */
function fromDevices(page: Page<Package> | undefined): Need[] {
  return (page?.items ?? []).flatMap((pack) =>
    pack.profiles
      .filter(({ state, link }) => state === "active" && link.state === "disconnected")
      .map((profile) => ({
        key: `device-${profile.id}`,
        tone: "bad" as const,
        icon: SmartphoneCharging,
        title: t.home.lostDevice(profile.name),
        hint: profile.link.detail || t.home.lostDeviceHint,
        link: { to: "/numbers", search: { link: profile.id } } as LinkProps,
      })),
  );
}

function fromUncertain(page: Page<Message> | undefined): Need[] {
  if (!page?.items.length) return [];
  return [
    {
      key: "uncertain",
      tone: "warn",
      icon: CircleHelp,
      title: t.home.uncertain(page.items.length, page.next_cursor !== null),
      hint: t.home.uncertainHint,
      link: { to: "/uncertain" } as LinkProps,
    },
  ];
}

function fromPoints(points: Points | undefined): Need[] {
  if (!points?.low_balance) return [];
  return [
    {
      key: "points",
      tone: "warn",
      icon: Wallet,
      title: t.home.lowPoints(points.balance),
      hint: t.home.lowPointsHint,
      link: { to: "/wallet", search: { topup: true } } as LinkProps,
    },
  ];
}

function fromChats(page: Page<Chat> | undefined): Need[] {
  if (!page?.items.length) return [];
  return [
    {
      key: "chats",
      tone: "info",
      icon: Inbox,
      title: t.home.unread(page.items.length),
      hint: t.home.unreadHint,
      link: { to: "/inbox", search: { unread: true } } as LinkProps,
    },
  ];
}
