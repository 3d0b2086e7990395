import { type ShouldBlockFn, useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";
import type { Shown } from "./use-key-command";

type Props = { shown: Shown; onClose: () => void; onRotate: () => void };

/** A key, this once; or that it was shown before, and what to do about it. */
export function ShownKey({ shown: { key, secret }, onClose, onRotate }: Props) {
  if (secret !== null) return <Secret name={key.name} secret={secret} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={onClose} title={t.apiKeys.gone}>
      <p className="text-soft">{t.apiKeys.goneHint(key.name)}</p>
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t.actions.close}
        </Button>
        <Button look="primary" onClick={onRotate}>
          {t.apiKeys.rotate}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Only the button leads away; a session that is over cannot wait for it. */
const losesIt: ShouldBlockFn = ({ current, next }) =>
  next.pathname !== current.pathname && next.pathname !== "/sign-in";

function Secret({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  useBlocker({ shouldBlockFn: losesIt });
  const example = `curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/v1/contacts`;
  return (
    <Dialog
      open
      locked
      wide
      onOpenChange={onClose}
      title={t.apiKeys.shownTitle(name)}
      description={t.apiKeys.shownOnce}
    >
      <div className="flex flex-col gap-4">
        <Line label={t.apiKeys.key}>
          <Copy text={secret} label={t.apiKeys.copyKey} />
        </Line>
        <Line label={t.apiKeys.example}>
          <Copy text={example} label={t.apiKeys.copyExample} />
        </Line>
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t.apiKeys.stored}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label}>
      <h3 className="mb-1 text-xs font-medium text-soft">{label}</h3>
      <div className="rounded-lg bg-sunken px-3 py-2">{children}</div>
    </section>
  );
}
