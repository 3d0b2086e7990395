import { type ShouldBlockFn, useBlocker } from "@tanstack/react-router";
import { Check, Copy as CopyIcon, Download } from "lucide-react";
import { useState } from "react";
import { saveText } from "@/components/save-text";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";

/** Only the button leads away; a session that is over cannot wait for it. */
const losesThem: ShouldBlockFn = ({ current, next }) =>
  next.pathname !== current.pathname && next.pathname !== "/sign-in";

/** The codes, this once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const words = t.secondFactor;
  useBlocker({ shouldBlockFn: losesThem });
  const [copied, setCopied] = useState(false);
  const text = `${codes.join("\n")}\n`;
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      // They can still be selected by hand.
      () => setCopied(false),
    );
  return (
    <Dialog
      open
      locked
      onOpenChange={onClose}
      title={words.codesTitle}
      description={words.codesLead}
    >
      <ul
        aria-label={words.codes}
        className="grid grid-cols-2 gap-x-4 gap-y-1.5 rounded-lg bg-sunken px-4 py-3 font-mono select-text"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={() => void copy()}>
          {copied ? (
            <Check aria-hidden="true" className="size-3.5 text-good" />
          ) : (
            <CopyIcon aria-hidden="true" className="size-3.5" />
          )}
          {copied ? t.actions.copied : words.copyCodes}
        </Button>
        <Button size="sm" onClick={() => saveText(words.file, text)}>
          <Download aria-hidden="true" className="size-3.5" />
          {words.downloadCodes}
        </Button>
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t.security.saved}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
