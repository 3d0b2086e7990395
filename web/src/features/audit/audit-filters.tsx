import { useQuery } from "@tanstack/react-query";
import { auditActions } from "@/api/audit";
import { Button } from "@/components/ui/button";
import { DayRange } from "@/components/ui/day-range";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
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
      <DayRange from={search.from} to={search.to} onChange={onChange} />
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}
