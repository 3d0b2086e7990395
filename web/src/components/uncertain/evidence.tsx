import { useQuery } from "@tanstack/react-query";
import { messageBiography } from "@/api/messages";
import { providerList } from "@/api/packages";
import type { Message, Package, Biography as Story } from "@/api/types";
import { Biography } from "@/components/biography";
import { HistoryLink } from "@/components/history-link";
import { Definition } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { useMay } from "@/components/use-may";
import { biographyWords } from "@/i18n/en/biography-words";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";
import { when } from "@/i18n/format";

type Props = { message: Message; packages: Package[] };

/** What is known of an uncertain message: the call and its answer, and all that led to it. */
export default function Evidence({ message, packages }: Props) {
  const query = useQuery({ ...messageBiography(message.id), refetchInterval: 5000 });
  return (
    <div className="border-t bg-sunken px-4 py-4">
      <Loaded
        query={query}
        what={words.evidence}
        skeleton={<SkeletonRows rows={3} className="px-0" />}
      >
        {(story) => (
          <div className="grid items-start gap-x-8 gap-y-5 lg:grid-cols-[20rem_minmax(0,1fr)]">
            <Facts message={message} story={story} packages={packages} />
            <section className="min-w-0">
              <div className="mb-2 flex items-baseline justify-between gap-3">
                <h3 className="font-semibold">{biographyWords.title}</h3>
                <HistoryLink kind="message" id={message.id} />
              </div>
              <Biography story={story} />
            </section>
          </div>
        )}
      </Loaded>
    </div>
  );
}

function Facts({ message, story, packages }: Props & { story: Story }) {
  const mayRead = useMay("numbers.read");
  const providers = useQuery({ ...providerList(), enabled: mayRead }).data?.items;
  const profile = packages
    .flatMap(({ profiles }) => profiles)
    .find(({ id }) => id === message.profile_id);
  const provider = providers?.find(({ name }) => name === profile?.provider);
  const doubt = story.chapters.findLast(({ type }) => type === "message.uncertain");
  return (
    <dl className="divide-y rounded-[10px] border bg-surface px-3 py-1">
      {doubt && (
        <div className="py-2">
          <dt className="text-faint">{words.call}</dt>
          <dd className="mt-0.5 font-medium break-words first-letter:uppercase">
            {answerIn(doubt.summary)}
          </dd>
        </div>
      )}
      <Definition term={words.attempt}>{message.attempt}</Definition>
      <Definition term={words.sentFrom}>{message.profile_name ?? "–"}</Definition>
      {profile && (
        <Definition term={words.provider}>{provider?.title ?? profile.provider}</Definition>
      )}
      {doubt && <Definition term={words.unknownSince}>{when(doubt.at)}</Definition>}
    </dl>
  );
}

/** The server's sentence ends with what the call said. */
const answerIn = (summary: string) => summary.split(": ").slice(1).join(": ") || summary;
