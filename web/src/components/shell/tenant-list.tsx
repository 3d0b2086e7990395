import { Menu } from "@base-ui/react/menu";
import { Check, Plus } from "lucide-react";
import type { RefObject } from "react";
import type { Me } from "@/api/types";
import { t } from "@/i18n/catalogue";

type Props = {
  me: Me;
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  onGo: (tenant: string) => void;
  onNew: () => void;
};

const item =
  "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1 outline-none data-highlighted:bg-hover";

export default function TenantList({ me, anchor, onClose, onGo, onNew }: Props) {
  const tenants = me.tenants ?? [{ id: me.tenant.id, name: me.tenant.name, role: me.role }];
  return (
    <Menu.Root open onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="start" sideOffset={6} className="z-50">
          <Menu.Popup
            finalFocus={anchor}
            aria-label={t.tenants.label}
            className="flex max-h-[70dvh] w-64 max-w-[calc(100vw-1.5rem)] animate-fade flex-col overflow-y-auto rounded-[10px] border border-line bg-surface p-1.5 text-ink shadow-pop outline-none"
          >
            <Menu.RadioGroup value={me.tenant.id} onValueChange={onGo}>
              {tenants.map((tenant) => (
                <Menu.RadioItem key={tenant.id} value={tenant.id} closeOnClick className={item}>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{tenant.name}</span>
                    <span className="block text-xs text-faint">{t.roles.names[tenant.role]}</span>
                  </span>
                  <Menu.RadioItemIndicator>
                    <Check aria-hidden="true" className="size-4 text-accent-ink" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="my-1.5 h-px bg-line" />
            <Menu.Item closeOnClick={false} className={item} onClick={onNew}>
              <Plus aria-hidden="true" className="size-4 text-faint" />
              {t.tenants.create}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
