import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { acceptInvite } from "@/api/auth";
import { ApiError } from "@/api/problem";
import type { InviteOffer } from "@/api/team-types";
import { PasswordField, passwordRules } from "@/components/password-field";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";

type Props = {
  token: string;
  offer: InviteOffer;
  onDone: () => Promise<void>;
  onRefused: (error: ApiError) => void;
};

/** A name and a new password, or only the password of an account that exists. */
export function InviteForm({ token, offer, onDone, onRefused }: Props) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const fresh = !offer.has_account;
  const attempt = useMutation({
    mutationFn: async () => {
      await acceptInvite(token, fresh ? { full_name: name.trim(), password } : { password });
      await onDone();
    },
    onError: (error) => error instanceof ApiError && onRefused(error),
  });
  const rules = fresh ? passwordRules(password, offer.email) : undefined;
  const unmet = rules?.find((rule) => !rule.met);
  const fields = attempt.error instanceof ApiError ? attempt.error.fields : {};
  return (
    <Form
      className="flex flex-col gap-4"
      errors={fields}
      onFormSubmit={() => !unmet && attempt.mutate()}
    >
      {!fresh && <p className="text-soft">{t.invite.hasAccount}</p>}
      <Field name="email" label={t.auth.email}>
        <Input
          type="email"
          autoComplete="username"
          readOnly
          className="h-10 bg-sunken text-base text-soft"
          value={offer.email}
        />
      </Field>
      {fresh && (
        <Field name="full_name" label={t.auth.fullName}>
          <Input
            autoComplete="name"
            required
            className="h-10 text-base"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      )}
      <PasswordField value={password} onChange={setPassword} fresh={fresh} rules={rules} />
      {attempt.error && Object.keys(fields).length === 0 && (
        <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
          {attempt.error instanceof ApiError && attempt.error.status === 401
            ? t.invite.wrongPassword
            : explain(attempt.error)}
        </p>
      )}
      <Button
        type="submit"
        look="primary"
        size="lg"
        pending={attempt.isPending}
        reason={unmet && `${t.auth.rules}: ${unmet.label}`}
      >
        {t.invite.accept}
      </Button>
    </Form>
  );
}
