import { createFileRoute } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button } from "@/components/ui/button";
import { PageFrame, Panel } from "@/components/ui/page";
import { Empty } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { readSearch, type TemplateSearch } from "@/features/templates/search";
import { SyncNote } from "@/features/templates/sync-note";
import { Templates } from "@/features/templates/templates";
import { useSync } from "@/features/templates/use-sync";
import { templateWords as words } from "@/i18n/en/template-words";

const TemplateDrawer = lazy(() => import("@/features/templates/template-drawer"));

export const Route = createFileRoute("/_app/templates")({
  validateSearch: readSearch,
  component: TemplatesScreen,
});

function TemplatesScreen() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const whyNoRead = useWhyNot("campaigns.read");
  const whyNoWrite = useWhyNot("campaigns.write");
  const sync = useSync();
  const change = (part: Partial<TemplateSearch>) =>
    void navigate({
      search: (old) => ({ ...old, ...part }),
      replace: !("open" in part),
      resetScroll: false,
    });
  const ask = (
    <Button pending={sync.pending || sync.waiting} reason={whyNoWrite} onClick={sync.ask}>
      {!sync.pending && !sync.waiting && <RefreshCw aria-hidden="true" className="size-3.5" />}
      {words.sync.action}
    </Button>
  );
  return (
    <PageFrame fill title={words.title} lead={words.lead} actions={!whyNoRead && ask}>
      {whyNoRead ? (
        <Panel>
          <Empty title={whyNoRead}>{words.lead}</Empty>
        </Panel>
      ) : (
        <>
          {sync.asked && (
            <SyncNote
              asked={sync.asked.numbers}
              at={sync.asked.at}
              waiting={sync.waiting}
              onHide={sync.hide}
            />
          )}
          <Templates search={search} onChange={change} sync={ask} />
        </>
      )}
      <Suspense>
        {search.open && (
          <TemplateDrawer
            key={search.open}
            id={search.open}
            onClose={() => change({ open: undefined })}
          />
        )}
      </Suspense>
    </PageFrame>
  );
}
