import { Form } from "@base-ui/react/form";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "@/api/problem";
import { eraseAccount } from "@/api/security";
import { signedOut } from "@/api/session";
import { PasswordField } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";

type Props = { hasPassword: boolean; onClose: () => void };

export default function EraseAccountDialog({ hasPassword, onClose }: Props) {
  const words = t.yourData;
  const { user } = useMe();
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    signedOut();
    await navigate({ to: "/sign-in", search: { done: "erased" } });
    client.clear();
  };
  const erase = useCommand({
    run: (_: undefined) => eraseAccount(password),
    title: words.erase,
    touches: [],
    quietFailure: true,
    silent: true,
    onAccepted: () => void leave(),
  });
  const fields = useFieldErrors(erase.error, {
    wrong_credentials: ["password", t.security.wrongPassword],
  });
  const confirmed = typed.trim().toLowerCase() === user.email.toLowerCase();
  const submit = () => confirmed && erase.mutate(undefined);
  return (
    <Dialog
      open
      locked={erase.isPending}
      onOpenChange={onClose}
      title={words.eraseTitle}
      description={words.eraseLead}
    >
      <Form className="flex flex-col gap-4" errors={fields} onFormSubmit={submit}>
        <Field name="confirm" label={words.confirm(user.email)}>
          <Input
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
        {hasPassword && (
          <PasswordField label={t.security.yourPassword} value={password} onChange={setPassword} />
        )}
        {erase.error && Object.keys(fields).length === 0 && <Why error={erase.error} />}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button
            type="submit"
            look="danger"
            pending={erase.isPending}
            reason={!confirmed && words.confirmNeeded}
          >
            {words.eraseAction}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** The last administrator is told of which organisations. */
function Why({ error }: { error: unknown }) {
  const tenants = error instanceof ApiError && error.code === "last_admin" && error.problem.tenants;
  if (!tenants) return <Refusal>{explain(error)}</Refusal>;
  return (
    <div role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
      <p>{t.yourData.lastAdmin}</p>
      <ul className="my-1 list-disc ps-5 font-medium">
        {tenants.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <p>{t.yourData.lastAdminHint}</p>
    </div>
  );
}
