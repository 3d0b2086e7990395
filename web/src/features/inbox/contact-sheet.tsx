import { Dialog } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";
import { ContactCard } from "./contact-card";

/** The contact card where there is no room for a third pane. */
export default function ContactSheet({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} side="end" title={t.inbox.contact}>
      <ContactCard chatId={chatId} />
    </Dialog>
  );
}
