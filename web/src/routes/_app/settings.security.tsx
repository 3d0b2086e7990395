import { createFileRoute } from "@tanstack/react-router";
import { ssoMessage } from "@/components/sso";
import { Sessions } from "@/features/security/sessions";
import { Ways } from "@/features/security/ways";
import { YourData } from "@/features/security/your-data";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/settings/security")({
  validateSearch: (search: Record<string, unknown>): { sso?: string } => ({
    // What another provider answered, when someone comes back from there.
    sso: typeof search.sso === "string" ? search.sso : undefined,
  }),
  component: Security,
});

function Security() {
  const { sso } = Route.useSearch();
  return (
    <div className="flex flex-col gap-4">
      <Connected sso={sso} />
      <Ways />
      <Sessions />
      <YourData />
    </div>
  );
}

function Connected({ sso }: { sso: string | undefined }) {
  if (sso === "connected") {
    return (
      <p role="status" className="rounded-lg bg-good-wash px-3 py-2 text-good">
        {t.identities.connected}
      </p>
    );
  }
  const message = ssoMessage(sso);
  if (!message) return null;
  return (
    <p role="alert" className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
      {message}
    </p>
  );
}
