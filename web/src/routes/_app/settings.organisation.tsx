import { createFileRoute } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Profile } from "@/features/organisation/profile";
import { TermsPanel } from "@/features/organisation/terms-panel";
import { t } from "@/i18n/catalogue";

const TermsDialog = lazy(() => import("@/components/terms-dialog"));

export const Route = createFileRoute("/_app/settings/organisation")({
  validateSearch: (search: Record<string, unknown>): { terms?: boolean } => ({
    terms: search.terms === true || undefined,
  }),
  component: OrganisationScreen,
});

function OrganisationScreen() {
  const { terms } = Route.useSearch();
  const navigate = Route.useNavigate();
  const close = () => void navigate({ search: {} });
  return (
    <div className="flex flex-col gap-4">
      <Profile />
      <TermsPanel />
      <Suspense>
        {terms && (
          <TermsDialog
            title={t.terms.title}
            action={t.terms.accept}
            onClose={close}
            onAccepted={close}
          />
        )}
      </Suspense>
    </div>
  );
}
