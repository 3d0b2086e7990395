import { Download } from "lucide-react";
import { lazy, Suspense } from "react";
import { auditExport } from "@/api/audit";
import { DownloadLink } from "@/components/download-link";
import { Panel } from "@/components/ui/page";
import { Empty } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { AuditFilters } from "./audit-filters";
import { AuditTable } from "./audit-table";
import { type AuditSearch, toFilter } from "./filter";

const AuditDrawer = lazy(() => import("./audit-drawer"));

type Props = { search: AuditSearch; onChange: (change: Partial<AuditSearch>) => void };

/** Who did what, for those who may look. */
export function Audit(props: Props) {
  const noAccess = useWhyNot("audit.read");
  return noAccess ? (
    <Panel>
      <Empty title={t.audit.noAccess}>{noAccess}</Empty>
    </Panel>
  ) : (
    <Readable {...props} />
  );
}

function Readable({ search, onChange }: Props) {
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t.audit.lead}</p>
      <AuditFilters search={search} onChange={onChange} />
      <Panel
        title={t.audit.trail}
        aside={
          <DownloadLink path={auditExport(toFilter(search))} title={t.audit.exportTitle}>
            <Download aria-hidden="true" className="size-3.5" />
            {t.audit.export}
          </DownloadLink>
        }
      >
        <AuditTable search={search} onChange={onChange} />
      </Panel>
      <Suspense>
        {search.open && (
          <AuditDrawer
            id={search.open}
            onClose={() => onChange({ open: undefined })}
            onFilter={(filter) => onChange({ ...filter, open: undefined })}
          />
        )}
      </Suspense>
    </>
  );
}
