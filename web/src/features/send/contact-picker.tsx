import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { contactList } from "@/api/contacts";
import { ConsentBadge } from "@/components/status-badge";
import { Button } from "@/components/ui/button";
import { SearchBox } from "@/components/ui/filters";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { sendWords as words } from "@/i18n/en/send-words";
import type { Chosen } from "./draft";

/** So many are offered; a longer name finds fewer. */
const OFFERED = 6;

type Props = { chosen: Chosen[]; onChange: (chosen: Chosen[]) => void };

/** Contacts that are found by name or number, and those that were chosen. */
export function ContactPicker({ chosen, onChange }: Props) {
  const [q, setQ] = useState("");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <p className="text-xs font-medium text-soft">{words.contacts}</p>
      <SearchBox label={words.findContact} value={q} onChange={setQ} className="sm:max-w-none" />
      {q && <Found q={q} chosen={chosen} onAdd={(contact) => onChange([...chosen, contact])} />}
      {chosen.length > 0 && (
        <ul aria-label={words.chosen} className="flex flex-wrap gap-1.5">
          {chosen.map(({ id, name, phone }) => (
            <li
              key={id}
              className="inline-flex max-w-full items-center gap-1 rounded-md bg-accent-wash ps-2 text-xs font-medium text-accent-ink"
            >
              <span className="truncate">{name || phone}</span>
              <button
                type="button"
                aria-label={words.remove(name || phone)}
                className="rounded-md p-1.5 hover:bg-hover"
                onClick={() => onChange(chosen.filter((one) => one.id !== id))}
              >
                <X aria-hidden="true" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type FoundProps = { q: string; chosen: Chosen[]; onAdd: (contact: Chosen) => void };

function Found({ q, chosen, onAdd }: FoundProps) {
  const query = useInfiniteQuery(contactList({ q }));
  if (!query.data) {
    return query.isError ? (
      <ErrorPanel what={words.contacts} error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <SkeletonRows rows={2} className="p-0" />
    );
  }
  // Who is known without a number cannot be written to by number.
  const found = (query.data.pages[0]?.items ?? [])
    .flatMap(({ phone, ...contact }) =>
      phone ? [{ ...contact, name: contact.name ?? "", phone }] : [],
    )
    .slice(0, OFFERED);
  if (found.length === 0) return <p className="text-xs text-faint">{words.noContact}</p>;
  return (
    <ul className="divide-y rounded-[10px] border">
      {found.map(({ id, name, phone, consent }) => (
        <li key={id} className="flex items-center gap-3 px-3 py-1.5">
          <span className="min-w-0 flex-1 leading-4.5">
            <span className="block truncate font-medium">{name || phone}</span>
            {name && <span className="tnum block truncate text-xs text-faint">{phone}</span>}
          </span>
          <ConsentBadge consent={consent} />
          <Button
            size="icon-sm"
            look="quiet"
            aria-label={words.add(name || phone)}
            reason={chosen.some((one) => one.id === id) && words.added}
            onClick={() => onAdd({ id, name, phone })}
          >
            <Plus aria-hidden="true" className="size-3.5" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
