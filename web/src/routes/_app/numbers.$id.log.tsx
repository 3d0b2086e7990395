import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { onePackage } from "@/api/packages";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { DeliveryLog } from "@/features/numbers/delivery-log";
import { type LogSearch, readLogSearch } from "@/features/numbers/log-search";
import { numberWords as words } from "@/i18n/en/number-words";

const MessageDrawer = lazy(() => import("@/features/campaign/message-drawer"));

export const Route = createFileRoute("/_app/numbers/$id/log")({
  validateSearch: readLogSearch,
  component: Log,
});

function Log() {
  const { id } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const query = useQuery(onePackage(id));
  const change = (part: Partial<LogSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: !("message" in part) });
  return (
    <PageFrame
      fill
      title={query.data ? words.logTitle(query.data.name) : words.log}
      lead={words.logLead}
      before={<BackLink to="/numbers">{words.logBack}</BackLink>}
    >
      <Loaded query={query} what={words.log} skeleton={<SkeletonRows rows={12} className="px-0" />}>
        {(pack) => <DeliveryLog pack={pack} search={search} onChange={change} />}
      </Loaded>
      <Suspense>
        {search.message && (
          <MessageDrawer id={search.message} onClose={() => change({ message: undefined })} />
        )}
      </Suspense>
    </PageFrame>
  );
}
