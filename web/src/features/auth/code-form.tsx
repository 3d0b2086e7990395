import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { meetChallenge } from "@/api/auth";
import { ApiError } from "@/api/problem";
import type { Challenge } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";
import { LockNotice } from "./lock-notice";
import { useLock } from "./use-lock";

type Props = {
  challenge: Challenge;
  onDone: () => void;
  /** The password has to be given again. */
  onExpired: () => void;
  onBack: () => void;
};

/** The second step: a code of the authenticator app, or a recovery code. */
export function CodeForm({ challenge, onDone, onExpired, onBack }: Props) {
  const [code, setCode] = useState("");
  const lock = useLock();
  const attempt = useMutation({
    mutationFn: () => meetChallenge(challenge, code.trim()),
    onSuccess: onDone,
    onError: (error) => {
      lock.note(error);
      if (error instanceof ApiError && error.code === "challenge_expired") onExpired();
    },
  });
  const fields = useFieldErrors(attempt.error, { wrong_code: ["code", t.signIn.wrongCode] });
  const locked = lock.seconds > 0;
  const said = locked || isLock(attempt.error) || Object.keys(fields).length > 0;
  return (
    <Form
      className="flex flex-col gap-4"
      errors={fields}
      onFormSubmit={() => !locked && attempt.mutate()}
    >
      <Field name="code" label={t.signIn.code} hint={t.signIn.codeHint}>
        <Input
          required
          autoFocus
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          className="h-10 font-mono text-base"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
      <LockNotice seconds={lock.seconds} />
      {attempt.error && !said && <Refusal>{explain(attempt.error)}</Refusal>}
      <Button
        type="submit"
        look="primary"
        size="lg"
        pending={attempt.isPending}
        reason={locked && t.signIn.locked}
      >
        {t.signIn.confirm}
      </Button>
      <Button look="quiet" onClick={onBack}>
        {t.signIn.otherAccount}
      </Button>
    </Form>
  );
}

const isLock = (error: unknown) => error instanceof ApiError && error.code === "locked";
