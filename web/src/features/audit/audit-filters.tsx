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

/** On a phone it has a row of its own. */
const whole = "max-sm:max-w-none max-sm:basis-full";

type Props = { search: AuditSearch; onChange: (change: Partial<AuditSearch>) => void };

export function AuditFilters({ search, onChange }: Props) {
  const known = useQuery(auditActions()).data?.items ?? [];
  // What the address asks for is among the choices, whatever the server knows of.
  const actions = [...new Set([...known, ...(search.action ? [search.action] : [])])].sort((a, b) =>
    actionName(a).localeCompare(actionName(b)),
  );
  const date = (which: "from" | "to") => (
    <label className="flex gap-x-1.5 gap-y-1 text-xs text-faint max-sm:flex-1 max-sm:flex-col sm:items-center">
      {t.audit[which]}
      <input
        type="date"
        className={cn(inputStyle, "sm:w-auto", search[which] && "border-accent-ink/60")}
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
        className={whole}
        label={t.audit.searchHint}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <ActorFilter value={search.actor} onChange={(actor) => onChange({ actor })} />
      <FilterSelect
        className="max-sm:flex-1"
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
      <FilterSelect
        className={whole}
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
      <SearchBox
        className={whole}
        label={t.audit.targetHint}
        value={search.target ?? ""}
        onChange={(target) => onChange({ target: target.trim() || undefined })}
      />
      <div className="flex gap-2 max-sm:w-full">
        {date("from")}
        {date("to")}
      </div>
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}
