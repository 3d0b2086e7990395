import { useQuery } from "@tanstack/react-query";
import { apiKeys } from "@/api/keys";
import { team } from "@/api/team";
import { FilterSelect } from "@/components/ui/filters";
import { useMay } from "@/components/use-may";
import { t } from "@/i18n/catalogue";

type Props = { value: string | undefined; onChange: (actor: string | undefined) => void };

/** The people and the keys of the organisation. */
export function ActorFilter({ value = "", onChange }: Props) {
  const people = useQuery({ ...team(), enabled: useMay("team.read") }).data?.items ?? [];
  const keys = useQuery({ ...apiKeys(), enabled: useMay("keys.read") }).data?.items ?? [];
  const known =
    value === "" ||
    people.some(({ id }) => value === `user:${id}`) ||
    keys.some(({ id }) => value === `api_key:${id}`);
  return (
    <FilterSelect
      className="max-sm:flex-1"
      label={t.audit.actor}
      value={value}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{t.audit.anyActor}</option>
      {/* Someone who left, or a key that was revoked. */}
      {!known && <option value={value}>{value}</option>}
      <optgroup label={t.audit.people}>
        {people.map(({ id, full_name }) => (
          <option key={id} value={`user:${id}`}>
            {full_name}
          </option>
        ))}
      </optgroup>
      {keys.length > 0 && (
        <optgroup label={t.audit.keys}>
          {keys.map(({ id, name }) => (
            <option key={id} value={`api_key:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
    </FilterSelect>
  );
}
