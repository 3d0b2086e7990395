import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type ContactFilter, contactList } from "@/api/contacts";
import type { Campaign } from "@/api/types";
import { ConsentBadge } from "@/components/status-badge";
import { Panel } from "@/components/ui/page";
import { Segments } from "@/components/ui/segments";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { biographyWords as words } from "@/i18n/en/biography-words";
import { count } from "@/i18n/format";
import type { DetailSearch } from "./search";

/** So many are shown; a search finds others. */
const SHOWN = 8;

/** How a contact looks that is left out for a reason; for other reasons one has to be searched for. */
const LOOKS: Record<string, ContactFilter> = {
  no_consent: { consent: "none" },
  opted_out: { consent: "withdrawn" },
  withdrawn: { consent: "withdrawn" },
  blocked: { blocked: true },
};

/** Contacts of the audience, as closely as contacts can be asked for. */
function inAudience({ audience }: Campaign): ContactFilter {
  if ("list_id" in audience) return { list_id: audience.list_id };
  return "tags" in audience && audience.tags.length === 1 ? { tag: audience.tags[0] } : {};
}

type Props = {
  campaign: Campaign;
  search: DetailSearch;
  onChange: (part: Partial<DetailSearch>) => void;
};

/** Who was in the audience and got no message, by reason; the log says of each why, once somebody asks. */
export function LeftOut({ campaign, search, onChange }: Props) {
  const reasons = Object.entries(campaign.excluded_by).filter(([, people]) => people > 0);
  const first = reasons[0]?.[0];
  if (!first) return null;
  const reason = reasons.some(([name]) => name === search.left) ? (search.left ?? first) : first;
  const searched = search.q || LOOKS[reason];
  const all = reasons.reduce((sum, [, people]) => sum + people, 0);
  return (
    <Panel
      label={words.leftOut}
      title={
        <>
          {words.leftOut}
          <span className="tnum ms-2 font-normal text-faint">{count(all)}</span>
        </>
      }
      aside={
        <Segments
          label={words.leftOut}
          value={reason}
          options={reasons.map(([value, people]) => ({
            value,
            label: `${t.wizard.excluded[value] ?? value.replaceAll("_", " ")} ${count(people)}`,
          }))}
          onChange={(left) => onChange({ left })}
        />
      }
    >
      <p className="border-b px-4 py-2 text-xs text-soft">{words.leftOutLead}</p>
      {searched ? (
        <People
          campaign={campaign}
          filter={{ ...inAudience(campaign), ...LOOKS[reason], q: search.q }}
          onOpen={(person) => onChange({ person })}
        />
      ) : (
        <p className="px-4 py-4 text-soft">{words.leftOutSearch}</p>
      )}
    </Panel>
  );
}

type PeopleProps = {
  campaign: Campaign;
  filter: ContactFilter;
  onOpen: (contact: string) => void;
};

function People({ campaign: { audience }, filter, onOpen }: PeopleProps) {
  const query = useInfiniteQuery(contactList(filter));
  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={words.leftOut} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={3} />
    );
  }
  const named = "contact_ids" in audience ? new Set(audience.contact_ids) : null;
  const people = query.data.pages
    .flatMap((page) => page.items)
    .filter(({ id }) => named === null || named.has(id))
    .slice(0, SHOWN);
  if (people.length === 0) {
    return (
      <p className="px-4 py-4 text-soft">
        {words.leftOutNone} {words.leftOutSearch}
      </p>
    );
  }
  return (
    <>
      <ul aria-label={words.leftOutPeople} className="divide-y">
        {people.map(({ id, name, phone, consent }) => (
          <li key={id}>
            <button
              type="button"
              className="flex w-full items-center gap-3 px-4 py-2 text-start hover:bg-hover/60"
              onClick={() => onOpen(id)}
            >
              <span className="min-w-0 flex-1 leading-4.5">
                <span className="block truncate font-medium">{name || phone || words.person}</span>
                {name && <span className="tnum block truncate text-xs text-faint">{phone}</span>}
              </span>
              <ConsentBadge consent={consent} />
              <ChevronRight aria-hidden="true" className="size-4 text-faint rtl:rotate-180" />
            </button>
          </li>
        ))}
      </ul>
      <p className="border-t px-4 py-2 text-xs text-faint">{words.leftOutToday}</p>
    </>
  );
}
