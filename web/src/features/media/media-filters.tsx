import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { contact } from "@/api/contacts";
import type { MediaKind } from "@/api/types";
import { MEDIA_KINDS } from "@/components/media/content";
import { Button } from "@/components/ui/button";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { Segments } from "@/components/ui/segments";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { isFiltered, type MediaSearch } from "./search";

const words = mediaWords.filters;

type Props = { search: MediaSearch; onChange: (change: Partial<MediaSearch>) => void };

export function MediaFilters({ search, onChange }: Props) {
  return (
    <FilterRow>
      <SearchBox
        label={words.search}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <FilterSelect
        label={words.kind}
        value={search.kind ?? ""}
        onChange={(event) => onChange({ kind: (event.target.value || undefined) as MediaKind })}
      >
        <option value="">{words.anyKind}</option>
        {MEDIA_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {mediaWords.kinds[kind]}
          </option>
        ))}
      </FilterSelect>
      <Segments
        label={words.origin}
        value={search.origin ?? "all"}
        onChange={(origin) => onChange({ origin: origin === "all" ? undefined : origin })}
        options={[
          { value: "all", label: words.all },
          { value: "gallery", label: words.gallery },
          { value: "inbound", label: words.inbound },
        ]}
      />
      {search.contact && (
        <OfOne id={search.contact} onClear={() => onChange({ contact: undefined })} />
      )}
      {isFiltered(search) && (
        <Button
          look="quiet"
          onClick={() =>
            onChange({ q: undefined, kind: undefined, origin: undefined, contact: undefined })
          }
        >
          {t.actions.clearFilters}
        </Button>
      )}
    </FilterRow>
  );
}

function OfOne({ id, onClear }: { id: string; onClear: () => void }) {
  const who = useQuery(contact(id)).data;
  const name = who && (who.name || who.phone);
  return (
    <Button
      className="max-w-56 border-accent-ink/60 bg-accent-wash text-accent-ink"
      aria-label={`${name ? words.ofOne(name) : words.ofSomebody}. ${words.everybody}`}
      onClick={onClear}
    >
      <span className="truncate">{name ? words.ofOne(name) : words.ofSomebody}</span>
      <X aria-hidden="true" className="size-3.5" />
    </Button>
  );
}
