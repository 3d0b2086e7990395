import { useState } from "react";
import { rotateKey } from "@/api/keys";
import type { ApiKey } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Segments } from "@/components/ui/segments";
import { explain } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";
import { type Shown, useKeyCommand } from "./use-key-command";

type Hours = keyof typeof t.apiKeys.overlaps;
const HOURS: readonly Hours[] = ["0", "1", "24", "168"];

type Props = { rotating: ApiKey; onClose: () => void; onShow: (shown: Shown) => void };

export function RotateDialog({ rotating, onClose, onShow }: Props) {
  const [hours, setHours] = useState<Hours>("24");
  const rotate = useKeyCommand({
    run: (_: undefined, key, reveal) => rotateKey(rotating.id, Number(hours), key, reveal),
    title: t.apiKeys.rotateOf(rotating.name),
    onShow,
  });
  return (
    <Dialog
      open
      locked={rotate.isPending}
      onOpenChange={onClose}
      title={t.apiKeys.rotateTitle(rotating.name)}
      description={t.apiKeys.rotateHint}
    >
      <p aria-hidden="true" className="mb-1 text-xs font-medium text-soft">
        {t.apiKeys.keepOld}
      </p>
      <Segments
        label={t.apiKeys.keepOld}
        value={hours}
        options={HOURS.map((value) => ({ value, label: t.apiKeys.overlaps[value] }))}
        onChange={setHours}
      />
      <p className="mt-1 text-xs text-faint">{t.apiKeys.oldEnds}</p>
      {rotate.error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-wash px-3 py-2 text-bad">
          {explain(rotate.error)}
        </p>
      )}
      <DialogActions>
        <Button look="quiet" reason={rotate.isPending && t.apiKeys.making} onClick={onClose}>
          {t.actions.cancel}
        </Button>
        <Button look="primary" pending={rotate.isPending} onClick={() => rotate.mutate(undefined)}>
          {t.apiKeys.rotate}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
