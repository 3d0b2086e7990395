import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { uncertainMessages } from "@/api/messages";
import { Panel } from "@/components/ui/page";
import { UncertainRow } from "@/components/uncertain/uncertain-row";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";

/** Messages of a campaign whose fate the provider did not tell. */
export function Uncertain({ id, count }: { id: string; count: number }) {
  const query = useQuery({ ...uncertainMessages(id), enabled: count > 0 });
  if (count === 0 || !query.data?.items.length) return null;
  return (
    <Panel
      title={words.title}
      label={words.title}
      className="border-st-uncertain"
      aside={
        <Link
          to="/uncertain"
          search={{ campaign: id }}
          className="text-xs font-medium text-accent-ink hover:underline"
        >
          {words.withEvidence}
        </Link>
      }
    >
      <p className="border-b bg-warn-wash px-4 py-2 text-xs text-warn">{words.hint}</p>
      <ul className="max-h-60 divide-y overflow-y-auto">
        {query.data.items.map((message) => (
          <UncertainRow key={message.id} message={message} />
        ))}
      </ul>
    </Panel>
  );
}
