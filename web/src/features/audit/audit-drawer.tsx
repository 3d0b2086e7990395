import { useQuery } from "@tanstack/react-query";
import { auditEntry } from "@/api/audit";
import type { AuditDetail } from "@/api/types";
import { HistoryLink } from "@/components/history-link";
import { Button } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count, exactTime } from "@/i18n/format";
import { Changes } from "./changes";
import { OrErased } from "./erased";
import type { AuditSearch } from "./filter";
import { actionName, actorName, targetName } from "./names";
import { OutcomeBadge } from "./outcome-badge";

type Filter = (filter: Pick<AuditSearch, "actor" | "target">) => void;
type Props = { id: string; onClose: () => void; onFilter: Filter };

/** One entry with all that is on the record of it, and what it changed. */
export default function AuditDrawer({ id, onClose, onFilter }: Props) {
  const query = useQuery(auditEntry(id));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={query.data ? actionName(query.data.action) : t.audit.entry}
      description={query.data && exactTime(query.data.at)}
    >
      <Loaded
        query={query}
        what={t.audit.entry}
        skeleton={<SkeletonRows rows={6} className="px-0" />}
      >
        {(entry) => (
          <div className="flex flex-col gap-5">
            <Facts entry={entry} onFilter={onFilter} />
            <section aria-label={t.audit.changes}>
              <h3 className="mb-2 font-semibold">{t.audit.changes}</h3>
              <Changes changes={entry.changes} />
            </section>
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function Facts({ entry, onFilter }: { entry: AuditDetail; onFilter: Filter }) {
  const words = t.audit;
  const { target } = entry;
  return (
    <div>
      <dl className="divide-y border-y">
        <Definition term={words.outcome}>
          <OutcomeBadge outcome={entry.outcome} />
        </Definition>
        <Definition term={words.status}>
          {entry.status}{" "}
          {entry.code && <code className="font-mono text-xs text-faint">{entry.code}</code>}
        </Definition>
        <Definition term={words.operation}>
          <code className="font-mono text-xs">{entry.action}</code>
        </Definition>
        <Definition term={words.actor}>{actorName(entry)}</Definition>
        {target && (
          <Definition term={words.target}>
            {targetName(target.kind)} <Copy text={target.id} />
          </Definition>
        )}
        <Definition term={words.ip}>
          <OrErased value={entry.ip} />
        </Definition>
        <Definition term={words.userAgent}>
          <OrErased value={entry.user_agent} />
        </Definition>
        <Definition term={words.position}>{count(entry.position)}</Definition>
        <Definition term={words.trace}>
          <Copy text={entry.trace_id} />
        </Definition>
      </dl>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button size="sm" onClick={() => onFilter({ actor: entry.actor })}>
          {words.onlyActor}
        </Button>
        {target && (
          <Button size="sm" onClick={() => onFilter({ target: target.id })}>
            {words.onlyTarget}
          </Button>
        )}
        {target && Object.hasOwn(t.log.categories, target.kind) && (
          <HistoryLink kind={target.kind} id={target.id} />
        )}
      </div>
    </div>
  );
}
