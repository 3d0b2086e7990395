import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { acceptInvite } from "@/api/auth";
import { ApiError } from "@/api/problem";
import type { Acceptance, InviteOffer } from "@/api/team-types";
import { PasswordField, passwordRules } from "@/components/password-field";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";
import { LockNotice } from "./lock-notice";
import { useLock } from "./use-lock";

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
  // Of who signs in with a second factor, once the password was right.
  const [asksCode, setAsksCode] = useState(false);
  const [code, setCode] = useState("");
  const lock = useLock();
  const fresh = !offer.has_account;
  const acceptance = (): Acceptance => {
    if (fresh) return { full_name: name.trim(), password };
    return code.trim() ? { password, code: code.trim() } : { password };
  };
  const attempt = useMutation({
    mutationFn: async () => {
      await acceptInvite(token, acceptance());
      await onDone();
    },
    onError: (error) => {
      lock.note(error);
      if (!(error instanceof ApiError)) return;
      if (error.code === "second_factor") setAsksCode(true);
      onRefused(error);
    },
  });
  const rules = fresh ? passwordRules(password, offer.email) : undefined;
  const unmet = rules?.find((rule) => !rule.met);
  const fields = useFieldErrors(attempt.error, {
    second_factor: ["code", code.trim() ? t.signIn.wrongCode : t.invite.needsCode],
  });
  const locked = lock.seconds > 0;
  const isLock = attempt.error instanceof ApiError && attempt.error.code === "locked";
  return (
    <Form
      className="flex flex-col gap-4"
      errors={fields}
      onFormSubmit={() => !unmet && !locked && attempt.mutate()}
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
      {asksCode && (
        <Field name="code" label={t.signIn.code} hint={t.signIn.codeHint}>
          <Input
            required
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            className="h-10 font-mono text-base"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
      )}
      <LockNotice seconds={lock.seconds} />
      {attempt.error && !isLock && Object.keys(fields).length === 0 && (
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
        reason={locked ? t.signIn.locked : unmet && `${t.auth.rules}: ${unmet.label}`}
      >
        {t.invite.accept}
      </Button>
    </Form>
  );
}
