import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { forgotPassword } from "@/api/auth";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

/** Nobody learns here which addresses have an account. */
export function ForgotForm({ onSent }: { onSent: (email: string) => void }) {
  const [email, setEmail] = useState("");
  const attempt = useMutation({
    mutationFn: () => forgotPassword(email.trim()),
    onSuccess: () => onSent(email.trim()),
  });
  const fields = useFieldErrors(attempt.error);
  return (
    <Form className="flex flex-col gap-4" errors={fields} onFormSubmit={() => attempt.mutate()}>
      <Field name="email" label={t.auth.email}>
        <Input
          type="email"
          autoComplete="username"
          required
          className="h-10 text-base"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      {attempt.error && Object.keys(fields).length === 0 && (
        <Refusal>{explain(attempt.error)}</Refusal>
      )}
      <Button type="submit" look="primary" size="lg" pending={attempt.isPending}>
        {t.forgot.send}
      </Button>
    </Form>
  );
}
