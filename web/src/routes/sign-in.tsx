import { createFileRoute, Link, useNavigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { Challenge } from "@/api/types";
import { ssoMessage } from "@/components/sso";
import { AuthFrame } from "@/features/auth/auth-frame";
import { CodeForm } from "@/features/auth/code-form";
import { ProviderLinks } from "@/features/auth/provider-links";
import { SignInForm } from "@/features/auth/sign-in-form";
import { t } from "@/i18n/catalogue";

type Done = keyof typeof t.signIn.done;
type Search = { next?: string; sso?: string; done?: Done };

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    next: typeof search.next === "string" ? search.next : undefined,
    // What another provider answered, when someone comes back from there.
    sso: typeof search.sso === "string" ? search.sso : undefined,
    done: search.done === "reset" || search.done === "erased" ? search.done : undefined,
  }),
  component: SignIn,
});

/** Only a path of this application may follow a sign-in. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}

const link = "font-medium text-accent-ink underline underline-offset-2";

function SignIn() {
  const { next, sso, done } = Route.useSearch();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [expired, setExpired] = useState(false);
  const navigate = useNavigate();
  const router = useRouter();
  const enter = async () => {
    await router.invalidate();
    await navigate({ href: safeNext(next) });
  };
  const back = (tooLate: boolean) => {
    setChallenge(null);
    setExpired(tooLate);
  };
  if (challenge) {
    return (
      <AuthFrame title={t.signIn.codeTitle} lead={t.signIn.codeLead} foot={null}>
        <CodeForm
          challenge={challenge}
          onDone={() => void enter()}
          onExpired={() => back(true)}
          onBack={() => back(false)}
        />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title={t.auth.signIn}
      lead={t.auth.signInLead}
      foot={
        <>
          {t.auth.noAccount}{" "}
          <Link to="/register" className={link}>
            {t.auth.register}
          </Link>
        </>
      }
    >
      <Notice
        good={done && t.signIn.done[done]}
        bad={expired ? t.signIn.challengeExpired : ssoMessage(sso)}
      />
      <SignInForm
        onDone={() => void enter()}
        onChallenge={setChallenge}
        forgot={
          <Link to="/forgot" className={link}>
            {t.signIn.forgot}
          </Link>
        }
      />
      <ProviderLinks />
    </AuthFrame>
  );
}

function Notice({ good, bad }: { good: string | undefined; bad: string | null }) {
  if (bad) {
    return (
      <p role="alert" className="mb-4 rounded-lg bg-warn-wash px-3 py-2 text-warn">
        {bad}
      </p>
    );
  }
  if (!good) return null;
  return (
    <p role="status" className="mb-4 rounded-lg bg-good-wash px-3 py-2 text-good">
      {good}
    </p>
  );
}
