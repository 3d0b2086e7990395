import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { signIn } from "@/api/auth";
import { ApiError } from "@/api/problem";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";
import { PasswordField } from "./password-field";

export function SignInForm({ onDone }: { onDone: () => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: onDone,
  });
  const error = attempt.error;
  return (
    <Form className="flex flex-col gap-4" onFormSubmit={() => attempt.mutate()}>
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
      <PasswordField value={password} onChange={setPassword} />
      {error && (
        <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
          {error instanceof ApiError && error.status === 401 ? t.auth.wrong : explain(error)}
        </p>
      )}
      <Button type="submit" look="primary" size="lg" pending={attempt.isPending}>
        {t.auth.signIn}
      </Button>
    </Form>
  );
}
