import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { signIn } from "@/api/auth";
import { ApiError } from "@/api/problem";
import type { Challenge } from "@/api/types";
import { PasswordField } from "@/components/password-field";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";
import { LockNotice } from "./lock-notice";
import { useLock } from "./use-lock";

type Props = {
  onDone: () => void;
  /** The password was right, and a second factor is asked for. */
  onChallenge: (challenge: Challenge) => void;
  forgot: ReactNode;
};

export function SignInForm({ onDone, onChallenge, forgot }: Props) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const lock = useLock();
  const attempt = useMutation({
    mutationFn: async () => {
      const challenge = await signIn(email.trim(), password);
      // What was found belongs to the next step, not to what remembers answers.
      if (challenge) onChallenge(challenge);
      else onDone();
    },
    onError: (error) => lock.note(error),
  });
  const locked = lock.seconds > 0;
  return (
    <Form className="flex flex-col gap-4" onFormSubmit={() => !locked && attempt.mutate()}>
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
      <LockNotice seconds={lock.seconds} />
      {attempt.error && !isLock(attempt.error) && <Refusal>{why(attempt.error)}</Refusal>}
      <Button
        type="submit"
        look="primary"
        size="lg"
        pending={attempt.isPending}
        reason={locked && t.signIn.locked}
      >
        {t.auth.signIn}
      </Button>
      <p className="text-center">{forgot}</p>
    </Form>
  );
}

const isLock = (error: unknown) => error instanceof ApiError && error.code === "locked";

const why = (error: unknown) =>
  error instanceof ApiError && error.status === 401 ? t.auth.wrong : explain(error);
