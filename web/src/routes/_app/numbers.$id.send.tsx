import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { onePackage } from "@/api/packages";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { Send } from "@/features/send/send";
import { sendWords as words } from "@/i18n/en/send-words";

export const Route = createFileRoute("/_app/numbers/$id/send")({ component: SendScreen });

function SendScreen() {
  const { id } = Route.useParams();
  const query = useQuery(onePackage(id));
  return (
    <PageFrame
      title={query.data ? words.title(query.data.name) : words.action}
      lead={words.lead}
      before={<BackLink to="/numbers">{words.back}</BackLink>}
    >
      <Loaded
        query={query}
        what={words.action}
        skeleton={<SkeletonRows rows={8} className="px-0" />}
      >
        {(pack) => <Send key={pack.id} pack={pack} />}
      </Loaded>
    </PageFrame>
  );
}
