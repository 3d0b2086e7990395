import { Download } from "lucide-react";
import { contactExport } from "@/api/privacy";
import type { Contact } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { DownloadLink } from "@/components/download-link";
import { Button } from "@/components/ui/button";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";

type Props = { contact: Contact; onErase: () => void };

/** What a person may ask for: a copy of what is known of them, and to be forgotten. */
export function PersonalData({ contact, onErase }: Props) {
  const reason = useWhyNot("privacy.write");
  const words = t.erasing;
  return (
    <section aria-label={words.section}>
      <h3 className="font-semibold">{words.section}</h3>
      <p className="mb-2 text-xs text-faint">{words.sectionHint}</p>
      <div className="flex flex-wrap gap-2">
        <Allowed to="privacy.write" instead={words.export} look="plain" size="sm">
          <DownloadLink
            path={contactExport(contact.id)}
            title={words.exportOf(contact.name || contact.phone)}
          >
            <Download aria-hidden="true" className="size-3.5" />
            {words.export}
          </DownloadLink>
        </Allowed>
        <Button size="sm" look="quiet" className="text-bad" reason={reason} onClick={onErase}>
          {words.erase}
        </Button>
      </div>
    </section>
  );
}
