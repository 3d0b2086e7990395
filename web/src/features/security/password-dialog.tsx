import { Form } from "@base-ui/react/form";
import { useState } from "react";
import type { Accepted } from "@/api/client";
import { PasswordField } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

type Props = {
  title: string;
  lead: string;
  action: string;
  /** Who came through a provider has none to give. */
  hasPassword: boolean;
  run: (password: string) => Promise<Accepted<unknown>>;
  onClose: () => void;
};

/** Asks for the password before something that matters is done. */
export function PasswordDialog({ title, lead, action, hasPassword, run, onClose }: Props) {
  const [password, setPassword] = useState("");
  const attempt = useCommand({
    run: (_: undefined) => run(password),
    title,
    touches: [["security"]],
    quietFailure: true,
    // What follows is in view at once.
    silent: true,
  });
  const fields = useFieldErrors(attempt.error, {
    wrong_credentials: ["password", t.security.wrongPassword],
  });
  return (
    <Dialog
      open
      // What is answered is shown once; closed meanwhile, there would be nowhere to show it.
      locked={attempt.isPending}
      onOpenChange={onClose}
      title={title}
      description={lead}
    >
      <Form errors={fields} onFormSubmit={() => attempt.mutate(undefined)}>
        {hasPassword && (
          <PasswordField label={t.security.yourPassword} value={password} onChange={setPassword} />
        )}
        {attempt.error && Object.keys(fields).length === 0 && (
          <div className="mt-4">
            <Refusal>{explain(attempt.error)}</Refusal>
          </div>
        )}
        <DialogActions>
          <Button
            look="quiet"
            reason={attempt.isPending && t.secondFactor.working}
            onClick={onClose}
          >
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={attempt.isPending}>
            {action}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
