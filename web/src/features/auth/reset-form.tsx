import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { resetPassword } from "@/api/auth";
import { ApiError } from "@/api/problem";
import { PasswordField, passwordRules } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { explain } from "@/components/ui/toasts";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

type Props = {
  token: string;
  onDone: () => void;
  /** The link was used, is too old, or never was one. */
  onOver: () => void;
};

export function ResetForm({ token, onDone, onOver }: Props) {
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => resetPassword(token, password),
    onSuccess: onDone,
    onError: (error) => {
      if (error instanceof ApiError && error.status === 410) onOver();
    },
  });
  const fields = useFieldErrors(attempt.error);
  const rules = passwordRules(password);
  const unmet = rules.find((rule) => !rule.met);
  return (
    <Form
      className="flex flex-col gap-4"
      errors={fields}
      onFormSubmit={() => !unmet && attempt.mutate()}
    >
      <PasswordField
        label={t.reset.password}
        value={password}
        onChange={setPassword}
        fresh
        rules={rules}
      />
      {attempt.error && Object.keys(fields).length === 0 && (
        <Refusal>{explain(attempt.error)}</Refusal>
      )}
      <Button
        type="submit"
        look="primary"
        size="lg"
        pending={attempt.isPending}
        reason={unmet && `${t.auth.rules}: ${unmet.label}`}
      >
        {t.reset.save}
      </Button>
    </Form>
  );
}
