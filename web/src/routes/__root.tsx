import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Link, Outlet } from "@tanstack/react-router";
import { buttonStyle } from "@/components/ui/button";
import { LogoMark } from "@/components/ui/logo";
import { ErrorPanel } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => (
    <main className="p-6">
      <ErrorPanel what={t.name} error={error} onRetry={reset} />
    </main>
  ),
});

function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
      <LogoMark className="size-10" />
      <h1 className="text-lg font-semibold">{t.errors.notFoundTitle}</h1>
      <p className="text-soft">{t.errors.notFound}</p>
      <Link to="/" className={buttonStyle({ look: "primary" })}>
        {t.errors.home}
      </Link>
    </main>
  );
}
