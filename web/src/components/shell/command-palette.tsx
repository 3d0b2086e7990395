import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  CircleHelp,
  CirclePlus,
  ImageUp,
  Keyboard,
  KeyRound,
  type LucideIcon,
  MailPlus,
  Megaphone,
  Search,
  Smartphone,
  SunMoon,
  Upload,
  UserPlus,
  Wallet,
} from "lucide-react";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { recentCampaigns } from "@/api/campaigns";
import { may } from "@/api/permissions";
import type { Permission } from "@/api/team-types";
import { cn } from "@/components/ui/class-names";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/page";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { SCREENS } from "./screens";
import { toggleTheme } from "./theme";

type Item = {
  id: string;
  group: string;
  label: string;
  icon: LucideIcon;
  keys?: string[];
  needs?: Permission;
  run: () => void;
};
type Props = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void };

export default function CommandPalette({ open, onOpenChange, onHelp }: Props) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const items = useItems(text, onHelp);
  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return items.filter(
      (item) =>
        item.id === "find" || words.every((word) => item.label.toLowerCase().includes(word)),
    );
  }, [items, text]);
  const active = Math.min(at, found.length - 1);

  const run = (item: Item | undefined) => {
    if (!item) return;
    onOpenChange(false);
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = (active + step + found.length) % Math.max(found.length, 1);
      setAt(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[active]);
    }
  };

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.palette.title}>
      <div className="-mx-5 -mb-5">
        <div className="flex items-center gap-2 border-y px-5">
          <Search aria-hidden="true" className="size-4 text-faint" />
          <input
            role="combobox"
            aria-label={t.palette.hint}
            aria-expanded={found.length > 0}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
            placeholder={t.palette.hint}
            className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div
          id={listId}
          role="listbox"
          aria-label={t.palette.title}
          className="max-h-[46dvh] overflow-y-auto p-2"
        >
          {found.length === 0 && (
            <p className="px-3 py-6 text-center text-soft">{t.palette.none}</p>
          )}
          {found.map((item, index) => (
            <div key={item.id} role="presentation">
              {item.group !== found[index - 1]?.group && (
                <div role="presentation" className="px-3 pt-2 pb-1 text-xs font-medium text-faint">
                  {item.group}
                </div>
              )}
              <div
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === active}
                tabIndex={-1}
                className={cn(
                  "flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-3",
                  index === active && "bg-hover",
                )}
                onPointerMove={() => setAt(index)}
                onClick={() => run(item)}
                onKeyDown={onKeyDown}
              >
                <item.icon aria-hidden="true" className="size-4 text-faint" />
                <span className="min-w-0 flex-1 truncate">{item.label}</span>
                {item.keys?.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </div>
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function useItems(text: string, onHelp: () => void): Item[] {
  const navigate = useNavigate();
  const campaigns = useQuery({ ...recentCampaigns(), enabled: text.length > 1 });
  const me = useMe();
  const items: Item[] = [
    ...SCREENS.map((screen) => ({
      id: screen.to,
      group: t.palette.go,
      label: screen.label,
      icon: screen.icon,
      keys: ["g", screen.key],
      run: () => void navigate({ to: screen.to }),
    })),
    {
      id: "uncertain",
      group: t.palette.go,
      label: t.palette.uncertain,
      icon: CircleHelp,
      needs: "campaigns.read",
      run: () => void navigate({ to: "/uncertain" }),
    },
    {
      id: "new-campaign",
      group: t.palette.do,
      label: t.palette.newCampaign,
      icon: CirclePlus,
      needs: "campaigns.write",
      run: () => void navigate({ to: "/campaigns/new" }),
    },
    {
      id: "import",
      group: t.palette.do,
      label: t.palette.importContacts,
      icon: Upload,
      needs: "contacts.write",
      run: () => void navigate({ to: "/contacts/import" }),
    },
    {
      id: "add-contact",
      group: t.palette.do,
      label: t.palette.addContact,
      icon: UserPlus,
      needs: "contacts.write",
      run: () => void navigate({ to: "/contacts", search: { add: true } }),
    },
    {
      id: "add-file",
      group: t.palette.do,
      label: t.palette.addFile,
      icon: ImageUp,
      needs: "media.write",
      run: () => void navigate({ to: "/media", search: { add: true } }),
    },
    {
      id: "add-number",
      group: t.palette.do,
      label: t.palette.addNumber,
      icon: Smartphone,
      needs: "numbers.write",
      run: () => void navigate({ to: "/numbers" }),
    },
    {
      id: "top-up",
      group: t.palette.do,
      label: t.palette.topUp,
      icon: Wallet,
      needs: "wallet.write",
      run: () => void navigate({ to: "/wallet", search: { topup: true } }),
    },
    {
      id: "invite",
      group: t.palette.do,
      label: t.palette.invite,
      icon: MailPlus,
      needs: "team.write",
      run: () => void navigate({ to: "/settings/team", search: { invite: true } }),
    },
    {
      id: "new-key",
      group: t.palette.do,
      label: t.palette.newKey,
      icon: KeyRound,
      needs: "keys.write",
      run: () => void navigate({ to: "/settings/keys", search: { new: true } }),
    },
    { id: "theme", group: t.palette.do, label: t.palette.theme, icon: SunMoon, run: toggleTheme },
    {
      id: "help",
      group: t.palette.do,
      label: t.palette.shortcuts,
      icon: Keyboard,
      keys: ["?"],
      run: onHelp,
    },
    ...(campaigns.data?.items ?? []).map((campaign) => ({
      id: campaign.id,
      group: t.palette.campaigns,
      label: campaign.name,
      icon: Megaphone,
      run: () => void navigate({ to: "/campaigns/$id", params: { id: campaign.id } }),
    })),
    ...(text.trim().length > 1
      ? [
          {
            id: "find",
            group: t.actions.search,
            label: t.palette.findContact(text.trim()),
            icon: Search,
            run: () => void navigate({ to: "/contacts", search: { q: text.trim() } }),
          },
        ]
      : []),
  ];
  return items.filter((item) => !item.needs || may(me, item.needs));
}
