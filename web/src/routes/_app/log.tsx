import { createFileRoute } from "@tanstack/react-router";
import { PageFrame, Panel } from "@/components/ui/page";
import { Empty } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { Explorer } from "@/features/log/explorer";
import { ProjectionTable } from "@/features/log/projection-table";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/log")({
  validateSearch: (search: Record<string, unknown>): { kind?: string; id?: string } => ({
    kind: typeof search.kind === "string" ? search.kind : undefined,
    id: typeof search.id === "string" ? search.id : undefined,
  }),
  component: Log,
});

function Log() {
  const { kind, id } = Route.useSearch();
  const navigate = Route.useNavigate();
  const reason = useWhyNot("history.read");
  // Someone who came for one history sees it first.
  const explorer = reason ? (
    <Panel title={t.log.explorer}>
      <Empty title={reason}>{t.log.explorerHint}</Empty>
    </Panel>
  ) : (
    <Explorer
      key={`${kind}/${id}`}
      kind={kind ?? ""}
      id={id ?? ""}
      onShow={(nextKind, nextId) =>
        void navigate({ search: { kind: nextKind, id: nextId || undefined } })
      }
    />
  );
  return (
    <PageFrame title={t.log.title} lead={t.log.lead}>
      <div className="flex flex-col gap-4">
        {id && explorer}
        <ProjectionTable />
        {!id && explorer}
      </div>
    </PageFrame>
  );
}
