import type { Certificate } from "@/api/types";
import { erasedBy } from "@/components/erased-by";
import { Button } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { DialogActions } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { exactTime } from "@/i18n/format";

type Props = { certificate: Certificate; onClose: () => void };

/** What was erased, to show to whoever asked for it. */
export function Erased({ certificate, onClose }: Props) {
  const words = t.privacy;
  return (
    <section aria-label={t.erasing.certificate}>
      <p role="status" className="rounded-lg bg-good-wash px-3 py-2 text-good">
        {t.erasing.done}. {t.erasing.certificateHint}
      </p>
      <dl className="mt-4 divide-y border-y">
        <Definition term={words.subject}>
          <Copy text={certificate.subject} />
        </Definition>
        <Definition term={words.when}>{exactTime(certificate.at)}</Definition>
        <Definition term={words.by}>{erasedBy(certificate, useMe())}</Definition>
        <Definition term={words.reach}>
          {words.reached(certificate.events, certificate.streams)}
        </Definition>
        <Definition term={words.position}>{words.at(certificate.position)}</Definition>
      </dl>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t.actions.close}
        </Button>
      </DialogActions>
    </section>
  );
}
