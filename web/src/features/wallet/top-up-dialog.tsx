import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { ApiError } from "@/api/problem";
import { topUp } from "@/api/wallet";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";

const QUICK = [1000, 5000, 20_000];

export default function TopUpDialog({ onClose }: { onClose: () => void }) {
  const [points, setPoints] = useState("1000");
  const [note, setNote] = useState("");
  const amount = Number(points);
  const add = useCommand({
    run: (_: undefined, key) => topUp(amount, note.trim(), key),
    title: t.wallet.topUpToast,
    touches: [["wallet"]],
    quietFailure: true,
    onAccepted: onClose,
  });
  const fields = add.error instanceof ApiError ? add.error.fields : {};
  const valid = Number.isInteger(amount) && amount > 0;
  return (
    <Dialog open onOpenChange={onClose} title={t.wallet.topUpTitle}>
      <Form
        className="flex flex-col gap-4"
        errors={fields}
        onFormSubmit={() => valid && add.mutate(undefined)}
      >
        <Field name="points" label={t.wallet.points}>
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            step={1}
            required
            className="tnum"
            value={points}
            onChange={(event) => setPoints(event.target.value)}
          />
          <div className="mt-1 flex gap-1.5">
            {QUICK.map((value) => (
              <Button key={value} size="sm" onClick={() => setPoints(String(value))}>
                {count(value)}
              </Button>
            ))}
          </div>
        </Field>
        <Field name="note" label={t.wallet.note} hint={t.wallet.noteHint} optional>
          <Input value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {add.error && Object.keys(fields).length === 0 && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(add.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={add.isPending}>
            {valid ? t.wallet.topUpAction(amount) : t.wallet.topUp}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
