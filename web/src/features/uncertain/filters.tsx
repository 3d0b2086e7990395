import { useQueries, useQuery } from "@tanstack/react-query";
import { campaign, recentCampaigns } from "@/api/campaigns";
import type { Message, Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { FilterRow, FilterSelect } from "@/components/ui/filters";
import { t } from "@/i18n/catalogue";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";
import type { UncertainSearch } from "./search";

/** Names of campaigns by id: the latest are known together, older ones are asked for. */
export function useCampaignNames(ids: readonly string[]): Map<string, string> {
  const recent = useQuery(recentCampaigns());
  const names = new Map(recent.data?.items.map(({ id, name }) => [id, name]));
  const others = recent.isPending ? [] : [...new Set(ids)].filter((id) => !names.has(id));
  const found = useQueries({ queries: others.map((id) => campaign(id)) });
  for (const { data } of found) if (data) names.set(data.id, data.name);
  return names;
}

type Props = {
  search: UncertainSearch;
  rows: Message[];
  names: Map<string, string>;
  packages: Package[];
  onChange: (part: Partial<UncertainSearch>) => void;
};

/** Narrowed by campaign and by number; only campaigns that have something here are offered. */
export function Filters({ search, rows, names, packages, onChange }: Props) {
  const recent = useQuery(recentCampaigns()).data?.items ?? [];
  const offered = new Set([
    ...(search.campaign ? [search.campaign] : []),
    ...recent.filter(({ totals }) => totals.uncertain > 0).map(({ id }) => id),
    ...rows.flatMap(({ campaign_id }) => campaign_id ?? []),
  ]);
  return (
    <FilterRow>
      <FilterSelect
        label={words.campaign}
        value={search.campaign ?? ""}
        onChange={(event) => onChange({ campaign: event.target.value || undefined })}
      >
        <option value="">{words.anyCampaign}</option>
        {[...offered].map((id) => (
          <option key={id} value={id}>
            {names.get(id) ?? words.aCampaign}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={words.number}
        value={search.number ?? ""}
        onChange={(event) => onChange({ number: event.target.value || undefined })}
      >
        <option value="">{words.anyNumber}</option>
        {packages.map((pack) => (
          <optgroup key={pack.id} label={pack.name}>
            {pack.profiles.map((profile) => (
              <option key={profile.id} value={profile.id}>
                {profile.name}
              </option>
            ))}
          </optgroup>
        ))}
      </FilterSelect>
      {(search.campaign || search.number) && (
        <Button look="quiet" onClick={() => onChange({ campaign: undefined, number: undefined })}>
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}
