import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { importList } from "@/api/imports";
import { Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { count, when } from "@/i18n/format";

export function RecentImports() {
  const query = useQuery(importList());
  if (!query.data?.items.length) return null;
  return (
    <Panel title={t.imports.recent} className="mt-4">
      <ul className="divide-y">
        {query.data.items.map((run) => (
          <li key={run.id}>
            <Link
              to="/contacts/import"
              search={{ id: run.id }}
              className="flex items-baseline gap-4 px-4 py-2 hover:bg-hover/60"
            >
              <span className="min-w-0 flex-1 truncate font-medium">{run.file_name}</span>
              <span className="tnum text-soft max-sm:hidden">
                {count(run.rows)} {t.imports.counts.rows.toLowerCase()}
              </span>
              {run.rejected > 0 && (
                <span className="tnum text-bad">{t.imports.previewRejected(run.rejected)}</span>
              )}
              <span className="text-xs text-faint">{when(run.started_at)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
