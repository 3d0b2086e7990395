import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { download } from "@/api/client";
import { importOne, importRows } from "@/api/imports";
import type { Import } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { Button, buttonStyle } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { ProgressBar } from "@/components/ui/gauge";
import { Figure, Panel } from "@/components/ui/page";
import { ErrorPanel, Loaded, SkeletonRows } from "@/components/ui/states";
import { toastFailure } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { reasonText } from "./reasons";

export function ImportResult({ id, onAnother }: { id: string; onAnother: () => void }) {
  const query = useQuery(importOne(id));
  const client = useQueryClient();
  const finished = query.data !== undefined && query.data.status !== "running";
  useEffect(() => {
    if (!finished) return;
    void client.invalidateQueries({ queryKey: ["contacts"] });
    void client.invalidateQueries({ queryKey: ["analytics"] });
    void client.invalidateQueries({ queryKey: ["imports", "list"] });
  }, [finished, client]);
  return (
    <Loaded query={query} what={t.imports.title} skeleton={<SkeletonRows />}>
      {(run) => (
        <div className="flex flex-col gap-4">
          <Summary run={run} onAnother={onAnother} />
          {run.rejected > 0 && run.status !== "running" && <Rejected run={run} />}
        </div>
      )}
    </Loaded>
  );
}

function Summary({ run, onAnother }: { run: Import; onAnother: () => void }) {
  const figures = [
    "rows",
    "created",
    "updated",
    "duplicate",
    "rejected",
    "without_consent",
  ] as const;
  const reached = run.created + run.updated;
  const missing = run.rows - run.created - run.updated - run.duplicate - run.rejected;
  return (
    <Panel>
      <div className="p-5">
        <div className="mb-4 flex items-center gap-3">
          {run.status === "finished" && (
            <CircleCheck aria-hidden="true" className="size-5 text-good" />
          )}
          {run.status === "failed" && (
            <CircleAlert aria-hidden="true" className="size-5 text-bad" />
          )}
          <div className="min-w-0 flex-1" aria-live="polite">
            <h2 className="truncate text-base font-semibold">
              {run.status === "running"
                ? `${t.imports.running} ${run.file_name}`
                : run.status === "finished"
                  ? t.imports.finished
                  : t.imports.failed}
            </h2>
            <p className="text-soft">
              {run.status === "running"
                ? t.imports.leave
                : run.status === "failed"
                  ? `${run.error ?? ""} ${t.imports.failedHint}`
                  : missing === 0
                    ? t.imports.allRows(run.rows)
                    : t.imports.notAll(Math.abs(missing))}
            </p>
          </div>
        </div>
        {run.status === "running" && (
          <div className="mb-5">
            <ProgressBar label={t.imports.running} value={run.bytes_read} max={run.bytes_total} />
            <p className="tnum mt-1.5 text-xs text-faint">{t.imports.rowsRead(run.rows)}</p>
          </div>
        )}
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-6">
          {figures.map((key) => (
            <Figure
              key={key}
              label={t.imports.counts[key]}
              value={<span data-count={key}>{count(run[key])}</span>}
              tone={key === "rejected" && run[key] > 0 ? "text-bad" : undefined}
            />
          ))}
        </dl>
      </div>
      {run.status !== "running" && (
        <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">
          <Button look="quiet" onClick={onAnother}>
            {t.imports.another}
          </Button>
          {reached > 0 && (
            <>
              <Link
                to="/contacts"
                search={run.list_id ? { list: run.list_id } : {}}
                className={buttonStyle({})}
              >
                {t.imports.toContacts}
              </Link>
              <Allowed to="campaigns.write" instead={t.imports.toCampaign}>
                <Link
                  to="/campaigns/new"
                  search={run.list_id ? { audience: `list:${run.list_id}` } : {}}
                  className={buttonStyle({ look: "primary" })}
                >
                  {t.imports.toCampaign}
                </Link>
              </Allowed>
            </>
          )}
        </footer>
      )}
    </Panel>
  );
}

function Rejected({ run }: { run: Import }) {
  const query = useInfiniteQuery(importRows(run.id, "rejected"));
  const [saving, setSaving] = useState(false);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const save = async () => {
    setSaving(true);
    try {
      const blob = await download(`/imports/${run.id}/rejected.csv`);
      const url = URL.createObjectURL(blob);
      const link = document.createElement("a");
      link.href = url;
      link.download = `${run.file_name.replace(/\.\w+$/, "")}-rejected.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toastFailure(t.toasts.failed(t.imports.downloadRejected), error);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Panel
      title={t.imports.rejectedRows}
      aside={
        <Button size="sm" pending={saving} onClick={() => void save()}>
          {t.imports.downloadRejected}
        </Button>
      }
    >
      {!query.data ? (
        query.isError ? (
          <ErrorPanel
            what={t.imports.rejectedRows}
            error={query.error}
            onRetry={() => query.refetch()}
          />
        ) : (
          <SkeletonRows rows={4} />
        )
      ) : (
        <DataTable
          label={t.imports.rejectedRows}
          rows={rows}
          rowKey={(row) => String(row.line)}
          rowHeight={36}
          className="max-h-96"
          columns={[
            {
              key: "line",
              width: "4.5rem",
              header: t.imports.line,
              cell: (row) => <span className="tnum">{row.line}</span>,
            },
            {
              key: "reason",
              width: "minmax(0,1fr)",
              header: t.imports.reason,
              cell: (row) => reasonText(row.reason),
            },
          ]}
          total={run.rejected}
          more={{
            has: query.hasNextPage,
            loading: query.isFetchingNextPage,
            load: query.fetchNextPage,
          }}
        />
      )}
    </Panel>
  );
}
