import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "@/features/audit/audit";
import { type AuditSearch, readSearch } from "@/features/audit/filter";

export const Route = createFileRoute("/_app/settings/audit")({
  validateSearch: readSearch,
  component: AuditScreen,
});

function AuditScreen() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const change = (part: Partial<AuditSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: !("open" in part) });
  return <Audit search={search} onChange={change} />;
}
