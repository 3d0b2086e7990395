import { Form } from "@base-ui/react/form";
import { useMemo, useState } from "react";
import { ROLES } from "@/api/permissions";
import { ApiError } from "@/api/problem";
import { invite } from "@/api/team";
import type { Role } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { inviteErrors } from "./invite-errors";

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { tenant } = useMe();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const send = useCommand({
    run: (_: undefined, key) => invite(tenant.id, { email: email.trim(), role }, key),
    title: t.team.invite,
    touches: [["team"]],
    quietFailure: true,
    onAccepted: onClose,
  });
  // The form forgets its messages whenever it is given another object.
  const fields = useMemo(
    () => (send.error instanceof ApiError ? inviteErrors(send.error) : {}),
    [send.error],
  );
  return (
    <Dialog open onOpenChange={onClose} title={t.team.invite} description={t.team.inviteLead}>
      <Form
        className="flex flex-col gap-4"
        errors={fields}
        onFormSubmit={() => send.mutate(undefined)}
      >
        <Field name="email" label={t.auth.email}>
          <Input
            type="email"
            required
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-xs font-medium text-soft">{t.team.inviteRole}</legend>
          {ROLES.map((one) => (
            <Choice
              key={one}
              name="role"
              value={one}
              checked={role === one}
              onChoose={() => setRole(one)}
              title={t.roles.names[one]}
              hint={t.roles.meanings[one]}
            />
          ))}
        </fieldset>
        {send.error && Object.keys(fields).length === 0 && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(send.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={send.isPending}>
            {t.team.inviteSend}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
