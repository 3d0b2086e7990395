import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { campaignRecipient } from "@/api/campaigns";
import { type ContactFilter, contactList } from "@/api/contacts";
import type { Campaign } from "@/api/types";
import { inWords } from "@/components/biography-chapters";
import { Panel } from "@/components/ui/page";
import { Segments } from "@/components/ui/segments";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { biographyWords as words } from "@/i18n/en/biography-words";
import { count } from "@/i18n/format";
import type { DetailSearch } from "./search";

/** So many contacts are asked about at a time: each is a question to the log. */
const ASKED = 8;

/** How a contact looks that is left out for a reason; for other reasons one has to be searched for. */
const LOOKS: Record<string, ContactFilter> = {
  no_consent: { consent: "none" },
  opted_out: { consent: "withdrawn" },
  withdrawn: { consent: "withdrawn" },
  blocked: { blocked: true },
};

type Props = {
  campaign: Campaign;
  search: DetailSearch;
  onChange: (part: Partial<DetailSearch>) => void;
};

/** Who was in the audience and got no message, each with the reason. */
export function LeftOut({ campaign, search, onChange }: Props) {
  const reasons = Object.entries(campaign.excluded_by).filter(([, people]) => people > 0);
  const first = reasons[0]?.[0];
  if (!first) return null;
  const reason = reasons.some(([name]) => name === search.left) ? (search.left ?? first) : first;
  const filter = search.q ? { q: search.q } : LOOKS[reason];
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
          onChange={(left) => onChange({ left, q: undefined })}
        />
      }
    >
      <p className="border-b px-4 py-2 text-xs text-soft">{words.leftOutLead}</p>
      {filter ? (
        <People campaign={campaign.id} filter={filter} onOpen={(person) => onChange({ person })} />
      ) : (
        <p className="px-4 py-4 text-soft">{words.leftOutNoneHint}</p>
      )}
    </Panel>
  );
}

type PeopleProps = {
  campaign: string;
  filter: ContactFilter;
  onOpen: (contact: string) => void;
};

/** Contacts that may have been left out, of whom the log confirms it. */
function People({ campaign, filter, onOpen }: PeopleProps) {
  const contacts = useInfiniteQuery(contactList(filter));
  const found = contacts.data?.pages[0]?.items.slice(0, ASKED) ?? [];
  const stories = useQueries({ queries: found.map(({ id }) => campaignRecipient(campaign, id)) });
  if (!contacts.data) {
    return contacts.isError ? (
      <ErrorPanel what={words.leftOut} error={contacts.error} onRetry={() => contacts.refetch()} />
    ) : (
      <SkeletonRows rows={3} />
    );
  }
  const left = found.flatMap((contact, index) => {
    const story = stories[index]?.data;
    return story && story.message === null ? [{ contact, verdict: inWords(story.verdict) }] : [];
  });
  if (left.length === 0) {
    return stories.some(({ isPending }) => isPending) ? (
      <SkeletonRows rows={3} />
    ) : (
      <p className="px-4 py-4 text-soft">
        {words.leftOutNone} {words.leftOutNoneHint}
      </p>
    );
  }
  return (
    <>
      <ul aria-label={words.leftOutPeople} className="divide-y">
        {left.map(({ contact: { id, name, phone }, verdict }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={words.why(name || phone)}
              className="flex w-full items-center gap-3 px-4 py-2 text-start hover:bg-hover/60"
              onClick={() => onOpen(id)}
            >
              <span className="min-w-0 flex-1 leading-4.5">
                <span className="block truncate font-medium">{name || phone}</span>
                {name && <span className="tnum block truncate text-xs text-faint">{phone}</span>}
              </span>
              <span className="min-w-0 flex-1 truncate text-xs text-soft">{verdict}</span>
              <ChevronRight aria-hidden="true" className="size-4 text-faint rtl:rotate-180" />
            </button>
          </li>
        ))}
      </ul>
      <p className="border-t px-4 py-2 text-xs text-faint">{words.leftOutSome}</p>
    </>
  );
}
