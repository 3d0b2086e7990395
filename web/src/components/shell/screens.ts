import {
  House,
  Images,
  Inbox,
  LayoutTemplate,
  type LucideIcon,
  Megaphone,
  ScrollText,
  Settings,
  Smartphone,
  Users,
  Wallet,
} from "lucide-react";
import { t } from "@/i18n/catalogue";

export type Screen = {
  to:
    | "/"
    | "/inbox"
    | "/contacts"
    | "/campaigns"
    | "/templates"
    | "/media"
    | "/wallet"
    | "/numbers"
    | "/log"
    | "/settings";
  label: string;
  icon: LucideIcon;
  /** The letter after `g`. */
  key: string;
};

export const SCREENS: readonly Screen[] = [
  { to: "/", label: t.nav.home, icon: House, key: "h" },
  { to: "/inbox", label: t.nav.inbox, icon: Inbox, key: "i" },
  { to: "/contacts", label: t.nav.contacts, icon: Users, key: "c" },
  { to: "/campaigns", label: t.nav.campaigns, icon: Megaphone, key: "m" },
  { to: "/templates", label: t.nav.templates, icon: LayoutTemplate, key: "t" },
  { to: "/media", label: t.nav.media, icon: Images, key: "f" },
  { to: "/numbers", label: t.nav.numbers, icon: Smartphone, key: "n" },
  { to: "/wallet", label: t.nav.wallet, icon: Wallet, key: "w" },
  { to: "/log", label: t.nav.log, icon: ScrollText, key: "l" },
  { to: "/settings", label: t.nav.settings, icon: Settings, key: "s" },
];

/** How many of them stand in the bar of a phone. */
export const PHONE_TABS = 4;
