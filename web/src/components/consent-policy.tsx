import { useQuery } from "@tanstack/react-query";
import { organisation } from "@/api/organisation";
import { ErrorPanel } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";

/** What people agree to, for whoever records that they did; nothing where nothing was written. */
export function ConsentPolicy() {
  const query = useQuery({ ...organisation(useMe().tenant.id), staleTime: 60_000 });
  const words = t.consentPolicy.title;
  if (query.isError && !query.data) {
    return (
      <ErrorPanel
        what={words}
        error={query.error}
        onRetry={() => query.refetch()}
        className="rounded-lg border p-3"
      />
    );
  }
  const policy = query.data?.consent_policy;
  if (!policy) return null;
  return (
    <section
      aria-label={words}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-40 overflow-y-auto rounded-lg bg-sunken px-3 py-2"
    >
      <h3 className="text-xs font-medium text-soft">{words}</h3>
      <p className="break-words whitespace-pre-wrap">{policy}</p>
    </section>
  );
}
