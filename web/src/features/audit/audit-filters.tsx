import { useQuery } from "@tanstack/react-query";
import { auditActions } from "@/api/audit";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { inputStyle } from "@/components/ui/plain-field";
import { t } from "@/i18n/catalogue";
import { ActorFilter } from "./actor-filter";
import { type AuditSearch, isFiltered, NO_FILTER, OUTCOMES } from "./filter";
import { actionName } from "./names";

type Props = { search: AuditSearch; onChange: (change: Partial<AuditSearch>) => void };

export function AuditFilters({ search, onChange }: Props) {
  const known = useQuery(auditActions()).data?.items ?? [];
  // What the address asks for is among the choices, whatever the server knows of.
  const actions = [...new Set([...known, ...(search.action ? [search.action] : [])])].sort((a, b) =>
    actionName(a).localeCompare(actionName(b)),
  );
  const date = (which: "from" | "to") => (
    <label className="flex items-center gap-1.5 text-xs text-faint">
      {t.audit[which]}
      <input
        type="date"
        className={cn(inputStyle, "w-auto", search[which] && "border-accent-ink/60")}
        value={search[which] ?? ""}
        min={which === "to" ? search.from : undefined}
        max={which === "from" ? search.to : undefined}
        onChange={(event) => onChange({ [which]: event.target.value || undefined })}
      />
    </label>
  );
  return (
    <FilterRow>
      <SearchBox
        label={t.audit.searchHint}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <ActorFilter value={search.actor} onChange={(actor) => onChange({ actor })} />
      <FilterSelect
        label={t.audit.action}
        value={search.action ?? ""}
        onChange={(event) => onChange({ action: event.target.value || undefined })}
      >
        <option value="">{t.audit.anyAction}</option>
        {actions.map((action) => (
          <option key={action} value={action}>
            {actionName(action)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t.audit.outcome}
        value={search.outcome ?? ""}
        onChange={(event) =>
          onChange({ outcome: OUTCOMES.find((outcome) => outcome === event.target.value) })
        }
      >
        <option value="">{t.audit.anyOutcome}</option>
        {OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {t.audit.outcomes[outcome]}
          </option>
        ))}
      </FilterSelect>
      <SearchBox
        label={t.audit.targetHint}
        value={search.target ?? ""}
        onChange={(target) => onChange({ target: target.trim() || undefined })}
      />
      {date("from")}
      {date("to")}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}
