import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { confirmSecondFactor } from "@/api/security";
import type { Enrolment } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

type Props = { enrolment: Enrolment; onClose: () => void; onCodes: (codes: string[]) => void };

/** The secret for the app, as a picture and in letters; on once the app has proved that it has it. */
export function EnrolDialog({ enrolment, onClose, onCodes }: Props) {
  const words = t.secondFactor;
  const [code, setCode] = useState("");
  const confirm = useCommand({
    run: (_: undefined) =>
      confirmSecondFactor(code.replace(/\s/g, ""), ({ recovery_codes }) => onCodes(recovery_codes)),
    title: words.turnOnTitle,
    touches: [["security"]],
    quietFailure: true,
    silent: true,
  });
  const fields = useFieldErrors(confirm.error, { wrong_code: ["code", words.wrongCode] });
  return (
    <Dialog
      open
      locked={confirm.isPending}
      onOpenChange={onClose}
      title={words.turnOnTitle}
      description={words.scanLead}
    >
      <Form errors={fields} onFormSubmit={() => confirm.mutate(undefined)}>
        <div className="flex flex-wrap items-center gap-4">
          {/* Black on white in both themes: cameras want it so. */}
          <img
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(enrolment.qr_svg)}`}
            alt={words.qr}
            width={176}
            height={176}
            className="size-44 shrink-0 rounded-lg border bg-white p-2"
          />
          <section aria-label={words.secret} className="min-w-0 flex-1 basis-40">
            <h3 className="mb-1 text-xs font-medium text-soft">{words.secret}</h3>
            <div className="rounded-lg bg-sunken px-3 py-2">
              <Copy text={enrolment.secret} label={words.copySecret} />
            </div>
          </section>
        </div>
        <Field name="code" label={words.code} className="mt-4 w-44">
          <Input
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            spellCheck={false}
            className="font-mono"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
        {confirm.error && Object.keys(fields).length === 0 && (
          <div className="mt-4">
            <Refusal>{explain(confirm.error)}</Refusal>
          </div>
        )}
        <DialogActions>
          <Button look="quiet" reason={confirm.isPending && words.working} onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={confirm.isPending}>
            {words.confirm}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
