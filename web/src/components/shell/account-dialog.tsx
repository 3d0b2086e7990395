import { LogOut } from "lucide-react";
import type { Me } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { useSignOut } from "@/components/use-sign-out";
import { t } from "@/i18n/catalogue";

export default function AccountDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const signOut = useSignOut();
  return (
    <Dialog open onOpenChange={onClose} title={me.user.full_name} description={me.user.email}>
      <dl className="divide-y">
        <Definition term={t.auth.business}>{me.tenant.name}</Definition>
        <Definition term={t.account.role}>{t.roles.names[me.role]}</Definition>
        <Definition term={t.account.zone}>{me.tenant.time_zone}</Definition>
        <Definition term={t.account.country}>{me.tenant.default_country}</Definition>
      </dl>
      <div className="mt-4 flex justify-end">
        <Button onClick={() => void signOut()}>
          <LogOut aria-hidden="true" className="size-3.5" />
          {t.actions.signOut}
        </Button>
      </div>
    </Dialog>
  );
}
