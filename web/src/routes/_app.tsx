import { useSuspenseQuery } from "@tanstack/react-query";
import { createFileRoute, Outlet, redirect, useRouter } from "@tanstack/react-router";
import { me } from "@/api/auth";
import { ApiError } from "@/api/problem";
import { mayHaveSession } from "@/api/session";
import { AppShell } from "@/components/shell/app-shell";
import { ErrorPanel } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    const signIn = () => redirect({ to: "/sign-in", search: { next: location.href } });
    if (!mayHaveSession()) throw signIn();
    try {
      await context.queryClient.ensureQueryData(me());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw signIn();
      throw error;
    }
  },
  component: SignedIn,
  errorComponent: ({ error }) => <Unavailable error={error} />,
});

function SignedIn() {
  const { data } = useSuspenseQuery(me());
  return (
    // What another organisation's screens held is not carried over.
    <AppShell key={data.tenant.id} me={data}>
      <Outlet />
    </AppShell>
  );
}

function Unavailable({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main className="mx-auto max-w-lg p-6 pt-24">
      <ErrorPanel what={t.name} error={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}
