import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { changePassword } from "@/api/security";
import { PasswordField, passwordRules } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";

/** One's own password: changed, or set by who came without one. */
export function Password({ has }: { has: boolean }) {
  const words = t.ownPassword;
  const { user } = useMe();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const action = has ? words.change : words.set;
  const change = useCommand({
    run: (_: undefined) => changePassword(has ? current : "", fresh),
    title: action,
    touches: [["security"], ["sessions"]],
    quietFailure: true,
    onAccepted: () => {
      setCurrent("");
      setFresh("");
    },
  });
  const fields = useFieldErrors(change.error, {
    wrong_credentials: ["current", t.security.wrongPassword],
  });
  const rules = passwordRules(fresh, user.email);
  const unmet = rules.find((rule) => !rule.met);
  return (
    <Panel title={words.title} label={words.title}>
      <Form errors={fields} onFormSubmit={() => !unmet && change.mutate(undefined)}>
        <p className="max-w-prose px-4 pt-3 text-soft">{has ? words.have : words.none}</p>
        <div className="grid items-start gap-4 p-4 sm:grid-cols-2">
          {has && (
            <PasswordField
              name="current"
              label={t.security.currentPassword}
              value={current}
              onChange={setCurrent}
            />
          )}
          <PasswordField
            label={words.fresh}
            value={fresh}
            onChange={setFresh}
            fresh
            rules={rules}
          />
        </div>
        {change.error && Object.keys(fields).length === 0 && (
          <div className="px-4 pb-4">
            <Refusal>{explain(change.error)}</Refusal>
          </div>
        )}
        <footer className="flex justify-end border-t px-4 py-3">
          <Button
            type="submit"
            look="primary"
            pending={change.isPending}
            reason={unmet && `${t.auth.rules}: ${unmet.label}`}
          >
            {action}
          </Button>
        </footer>
      </Form>
    </Panel>
  );
}
