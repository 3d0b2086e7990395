import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { campaignRecipient } from "@/api/campaigns";
import { contact as oneContact } from "@/api/contacts";
import { ApiError } from "@/api/problem";
import { Biography } from "@/components/biography";
import { Dialog } from "@/components/ui/dialog";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { biographyWords as words } from "@/i18n/en/biography-words";

type Props = { campaign: string; contact: string; onClose: () => void };

/** Why there is no message for somebody of the audience. */
export default function LeftOutDrawer({ campaign, contact, onClose }: Props) {
  const person = useQuery(oneContact(contact)).data;
  const query = useQuery(campaignRecipient(campaign, contact));
  const isElsewhere = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={person ? person.name || person.phone : words.person}
      description={person?.name ? person.phone : undefined}
    >
      <div className="mb-3 flex items-baseline justify-between gap-3">
        <h3 className="font-semibold">{words.title}</h3>
        <Link
          to="/contacts"
          search={{ open: contact }}
          className="text-xs font-medium text-accent-ink hover:underline"
        >
          {words.contact}
        </Link>
      </div>
      {isElsewhere ? (
        <Empty title={words.notThere}>{words.notThereHint}</Empty>
      ) : (
        <Loaded
          query={query}
          what={words.title}
          skeleton={<SkeletonRows rows={3} className="px-0" />}
        >
          {(story) => <Biography story={story} />}
        </Loaded>
      )}
    </Dialog>
  );
}
