import type { ProviderTemplate } from "@/api/types";
import { standing } from "@/components/templates/template";
import { said } from "@/components/templates/template-badge";
import { Button } from "@/components/ui/button";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { t } from "@/i18n/catalogue";
import { templateWords as words } from "@/i18n/en/template-words";
import { isFiltered, NO_FILTER, type TemplateSearch } from "./search";

type Props = {
  search: TemplateSearch;
  all: readonly ProviderTemplate[];
  onChange: (change: Partial<TemplateSearch>) => void;
};

export function TemplateFilters({ search, all, onChange }: Props) {
  const accounts = choices(
    all.map((one) => one.account_id),
    search.account,
  );
  return (
    <FilterRow>
      <SearchBox
        className="max-sm:max-w-none max-sm:basis-full"
        label={words.filters.search}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <FilterSelect
        className="max-sm:flex-1"
        label={words.status}
        value={search.status ?? ""}
        onChange={(event) => onChange({ status: event.target.value || undefined })}
      >
        <option value="">{words.filters.anyStatus}</option>
        {choices(all.map(standing), search.status).map((status) => (
          <option key={status} value={status}>
            {said(words.statuses, status)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        className="max-sm:flex-1"
        label={words.language}
        value={search.language ?? ""}
        onChange={(event) => onChange({ language: event.target.value || undefined })}
      >
        <option value="">{words.filters.anyLanguage}</option>
        {choices(
          all.map((one) => one.language),
          search.language,
        ).map((language) => (
          <option key={language} value={language}>
            {words.languageName(language)}
          </option>
        ))}
      </FilterSelect>
      {accounts.length > 1 && (
        <FilterSelect
          className="max-sm:max-w-none max-sm:basis-full"
          label={words.account}
          value={search.account ?? ""}
          onChange={(event) => onChange({ account: event.target.value || undefined })}
        >
          <option value="">{words.filters.anyAccount}</option>
          {accounts.map((account) => (
            <option key={account} value={account}>
              {account}
            </option>
          ))}
        </FilterSelect>
      )}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}

/** What there is, and what the address asks for. */
const choices = (there: string[], asked: string | undefined): string[] =>
  [...new Set(asked ? [...there, asked] : there)].sort();
