import { useQuery } from "@tanstack/react-query";
import { message, messageBiography } from "@/api/messages";
import { Biography } from "@/components/biography";
import { HistoryLink } from "@/components/history-link";
import { MessageBadge } from "@/components/status-badge";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { whoIs } from "@/components/who";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";

/** One message from its birth: text, present state, and what led to it and came of it, with its causes. */
export default function MessageDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ ...message(id), refetchInterval: 3000 });
  const biography = useQuery({ ...messageBiography(id), refetchInterval: 3000 });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={query.data ? whoIs(query.data) : t.campaign.message}
      description={query.data?.contact_name ? query.data.phone : undefined}
    >
      <div className="flex flex-col gap-5">
        <Loaded
          query={query}
          what={t.campaign.message}
          skeleton={<SkeletonRows rows={4} className="px-0" />}
        >
          {(data) => (
            <>
              {data.text ? (
                <p className="rounded-xl rounded-ss-none bg-accent-wash px-3 py-2 break-words whitespace-pre-wrap">
                  {data.text}
                </p>
              ) : (
                // One that was sent had a text, be it an empty one beside a file.
                data.text === null &&
                data.sent_at && <p className="text-faint italic">{t.inbox.erased}</p>
              )}
              <dl className="divide-y border-y">
                <Definition term={t.campaign.state}>
                  <MessageBadge status={data.status} />
                </Definition>
                {data.error && (
                  <Definition term={t.status.failed}>
                    {data.error.title}{" "}
                    <code className="font-mono text-xs text-faint">{data.error.code}</code>
                  </Definition>
                )}
                <Definition term={t.campaign.from}>{data.profile_name ?? "–"}</Definition>
                {(["queued_at", "sent_at", "delivered_at", "read_at", "failed_at"] as const).map(
                  (key) => {
                    const at = data[key];
                    const name = key.replace("_at", "") as
                      | "queued"
                      | "sent"
                      | "delivered"
                      | "read"
                      | "failed";
                    return (
                      at && (
                        <Definition key={key} term={t.status[name]}>
                          {when(at)}
                        </Definition>
                      )
                    );
                  },
                )}
              </dl>
            </>
          )}
        </Loaded>
        <section>
          <div className="mb-3 flex items-baseline justify-between">
            <h3 className="font-semibold">{t.campaign.biography}</h3>
            <HistoryLink kind="message" id={id} />
          </div>
          <Loaded
            query={biography}
            what={t.campaign.biography}
            skeleton={<SkeletonRows rows={3} className="px-0" />}
          >
            {(data) => <Biography story={data} />}
          </Loaded>
        </section>
      </div>
    </Dialog>
  );
}
