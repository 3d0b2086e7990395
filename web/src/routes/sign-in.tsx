import { createFileRoute, Link, useNavigate, useRouter } from "@tanstack/react-router";
import { AuthFrame } from "@/features/auth/auth-frame";
import { SignInForm } from "@/features/auth/sign-in-form";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({
    next: typeof search.next === "string" ? search.next : undefined,
  }),
  component: SignIn,
});

/** Only a path of this application may follow a sign-in. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}

function SignIn() {
  const { next } = Route.useSearch();
  const navigate = useNavigate();
  const router = useRouter();
  const done = async () => {
    await router.invalidate();
    await navigate({ href: safeNext(next) });
  };
  return (
    <AuthFrame
      title={t.auth.signIn}
      lead={t.auth.signInLead}
      foot={
        <>
          {t.auth.noAccount}{" "}
          <Link to="/register" className="font-medium text-accent-ink underline underline-offset-2">
            {t.auth.register}
          </Link>
        </>
      }
    >
      <SignInForm onDone={() => void done()} />
    </AuthFrame>
  );
}
