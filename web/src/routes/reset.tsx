import { createFileRoute, Link, redirect, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { buttonStyle } from "@/components/ui/button";
import { AuthFrame } from "@/features/auth/auth-frame";
import { ResetForm } from "@/features/auth/reset-form";
import { holdToken, useHeldToken } from "@/features/auth/reset-token";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/reset")({
  beforeLoad: ({ location }) => {
    if (!location.hash) return;
    holdToken(location.hash);
    throw redirect({ to: "/reset", replace: true });
  },
  component: Reset,
});

function Reset() {
  const token = useHeldToken();
  const [spent, setSpent] = useState<string | null>(null);
  const over = token !== null && spent === token;
  const navigate = useNavigate();
  const foot = (
    <Link to="/sign-in" className="font-medium text-accent-ink underline underline-offset-2">
      {t.auth.signIn}
    </Link>
  );
  if (token === null || over) {
    const words = over
      ? { title: t.reset.overTitle, lead: t.reset.over }
      : { title: t.reset.missingTitle, lead: t.reset.missing };
    return (
      <AuthFrame {...words} foot={foot}>
        <Link to="/forgot" className={buttonStyle({ look: "primary", size: "lg" })}>
          {t.reset.again}
        </Link>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={t.reset.title} lead={t.reset.lead} foot={foot}>
      <ResetForm
        key={token}
        token={token}
        onDone={() => {
          void navigate({ to: "/sign-in", search: { done: "reset" } }).then(() => holdToken(""));
        }}
        onOver={() => setSpent(token)}
      />
    </AuthFrame>
  );
}
