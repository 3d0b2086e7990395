import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { AuthFrame } from "@/features/auth/auth-frame";
import { ProviderLinks } from "@/features/auth/provider-links";
import { RegisterForm } from "@/features/auth/register-form";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/register")({ component: Register });

function Register() {
  const navigate = useNavigate();
  return (
    <AuthFrame
      title={t.auth.register}
      lead={t.auth.registerLead}
      foot={
        <>
          {t.auth.haveAccount}{" "}
          <Link to="/sign-in" className="font-medium text-accent-ink underline underline-offset-2">
            {t.auth.signIn}
          </Link>
        </>
      }
    >
      <RegisterForm onDone={() => void navigate({ to: "/" })} />
      <ProviderLinks />
    </AuthFrame>
  );
}
