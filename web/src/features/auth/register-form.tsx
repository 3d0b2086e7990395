import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { register } from "@/api/auth";
import { ApiError } from "@/api/problem";
import type { Registration } from "@/api/types";
import { PasswordField, passwordRules } from "@/components/password-field";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useFormKey } from "@/components/use-form-key";
import { t } from "@/i18n/catalogue";

const blank: Registration = { email: "", password: "", full_name: "", business_name: "" };

export function RegisterForm({ onDone }: { onDone: () => void }) {
  const [values, setValues] = useState(blank);
  const [key, renewKey] = useFormKey();
  const attempt = useMutation({
    mutationFn: () => register({ ...values, email: values.email.trim() }, key),
    onSuccess: onDone,
    onError: renewKey,
  });
  const set = (name: keyof Registration) => (value: string) =>
    setValues({ ...values, [name]: value });
  const rules = passwordRules(values.password, values.email);
  const unmet = rules.find((rule) => !rule.met);
  const fields = attempt.error instanceof ApiError ? attempt.error.fields : {};
  const text = (name: "full_name" | "business_name" | "email", label: string, complete: string) => (
    <Field name={name} label={label}>
      <Input
        type={name === "email" ? "email" : "text"}
        autoComplete={complete}
        required
        className="h-10 text-base"
        value={values[name]}
        onChange={(event) => set(name)(event.target.value)}
      />
    </Field>
  );
  return (
    <Form
      className="flex flex-col gap-4"
      errors={fields}
      onFormSubmit={() => !unmet && attempt.mutate()}
    >
      {text("business_name", t.auth.business, "organization")}
      {text("full_name", t.auth.fullName, "name")}
      {text("email", t.auth.email, "username")}
      <PasswordField value={values.password} onChange={set("password")} fresh rules={rules} />
      {attempt.error && Object.keys(fields).length === 0 && (
        <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
          {explain(attempt.error)}
        </p>
      )}
      <Button
        type="submit"
        look="primary"
        size="lg"
        pending={attempt.isPending}
        reason={unmet && `${t.auth.rules}: ${unmet.label}`}
      >
        {t.auth.register}
      </Button>
    </Form>
  );
}
