import { useQuery } from "@tanstack/react-query";
import { contactLists, contactTags } from "@/api/contacts";
import { Button } from "@/components/ui/button";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { type ContactSearch, isFiltered } from "./filter";

type Props = { search: ContactSearch; onChange: (change: Partial<ContactSearch>) => void };

export function ContactFilters({ search, onChange }: Props) {
  const tags = useQuery(contactTags()).data?.items ?? [];
  const lists = useQuery(contactLists()).data?.items ?? [];
  return (
    <FilterRow>
      <SearchBox
        label={t.contacts.searchHint}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <FilterSelect
        label={t.contacts.tag}
        value={search.tag ?? ""}
        onChange={(e) => onChange({ tag: e.target.value || undefined })}
      >
        <option value="">{t.contacts.anyTag}</option>
        {tags.map((tag) => (
          <option key={tag.tag} value={tag.tag}>
            {tag.tag} ({count(tag.count)})
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t.contacts.list}
        value={search.list ?? ""}
        onChange={(e) => onChange({ list: e.target.value || undefined })}
      >
        <option value="">{t.contacts.anyList}</option>
        {lists.map((list) => (
          <option key={list.id} value={list.id}>
            {list.name} ({count(list.size)})
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t.contacts.consent}
        value={search.consent ?? ""}
        onChange={(e) => onChange({ consent: e.target.value || undefined })}
      >
        <option value="">{t.contacts.anyConsent}</option>
        <option value="granted">{t.consent.granted}</option>
        <option value="none">{t.consent.none}</option>
        <option value="withdrawn">{t.consent.withdrawn}</option>
      </FilterSelect>
      <Button
        look="plain"
        aria-pressed={search.blocked ?? false}
        className="aria-pressed:border-accent-ink/60 aria-pressed:bg-accent-wash aria-pressed:text-accent-ink"
        onClick={() => onChange({ blocked: search.blocked ? undefined : true })}
      >
        {t.contacts.onlyBlocked}
      </Button>
      {isFiltered(search) && (
        <Button
          look="quiet"
          onClick={() =>
            onChange({
              q: undefined,
              tag: undefined,
              list: undefined,
              consent: undefined,
              blocked: undefined,
            })
          }
        >
          {t.actions.clearFilters}
        </Button>
      )}
      <div className="ms-auto max-sm:hidden">
        <FilterSelect
          label={t.contacts.sort}
          value={search.sort ?? ""}
          onChange={(e) => onChange({ sort: e.target.value || undefined })}
        >
          <option value="">{t.contacts.sortNewest}</option>
          <option value="created_at">{t.contacts.sortOldest}</option>
          <option value="name">{t.contacts.sortName}</option>
        </FilterSelect>
      </div>
    </FilterRow>
  );
}
