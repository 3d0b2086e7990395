import { createFileRoute, Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { AuthFrame } from "@/features/auth/auth-frame";
import { ForgotForm } from "@/features/auth/forgot-form";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/forgot")({ component: Forgot });

function Forgot() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const foot = (
    <>
      {t.forgot.remembered}{" "}
      <Link to="/sign-in" className="font-medium text-accent-ink underline underline-offset-2">
        {t.auth.signIn}
      </Link>
    </>
  );
  if (sentTo !== null) {
    return (
      <AuthFrame title={t.forgot.sentTitle} lead={t.forgot.sent(sentTo)} foot={foot}>
        <p role="status" className="mb-4 text-soft">
          {t.forgot.notThere}
        </p>
        <Button onClick={() => setSentTo(null)}>{t.forgot.again}</Button>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={t.forgot.title} lead={t.forgot.lead} foot={foot}>
      <ForgotForm onSent={setSentTo} />
    </AuthFrame>
  );
}
