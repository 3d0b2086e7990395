import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { endSecondFactor } from "@/api/security";
import { PasswordField } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

type Props = { hasPassword: boolean; onClose: () => void };

export function TurnOffDialog({ hasPassword, onClose }: Props) {
  const words = t.secondFactor;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const end = useCommand({
    run: (_: undefined) => endSecondFactor(password, code.trim()),
    title: words.turnOffTitle,
    touches: [["security"]],
    quietFailure: true,
    silent: true,
    onAccepted: onClose,
  });
  const fields = useFieldErrors(end.error, {
    wrong_credentials: ["password", t.security.wrongPassword],
    wrong_code: ["code", words.wrongCode],
  });
  return (
    <Dialog open onOpenChange={onClose} title={words.turnOffTitle} description={words.turnOffLead}>
      <Form
        className="flex flex-col gap-4"
        errors={fields}
        onFormSubmit={() => end.mutate(undefined)}
      >
        {hasPassword && (
          <PasswordField label={t.security.yourPassword} value={password} onChange={setPassword} />
        )}
        <Field name="code" label={t.signIn.code} hint={words.anyCode}>
          <Input
            required
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
        {end.error && Object.keys(fields).length === 0 && <Refusal>{explain(end.error)}</Refusal>}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="danger" pending={end.isPending}>
            {words.turnOff}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
