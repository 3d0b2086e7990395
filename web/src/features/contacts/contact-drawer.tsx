import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { contact, contactTimeline, deleteContact, setBlocked, setConsent } from "@/api/contacts";
import { ApiError } from "@/api/problem";
import type { Certificate, Contact, ContactDetail } from "@/api/types";
import { ConsentPolicy } from "@/components/consent-policy";
import { HistoryLink } from "@/components/history-link";
import { ConsentBadge } from "@/components/status-badge";
import { Timeline } from "@/components/timeline";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";
import { ContactEdit } from "./contact-edit";
import { Erased } from "./erased";
import { PersonalData } from "./personal-data";

const EraseDialog = lazy(() => import("./erase-dialog"));

export default function ContactDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(contact(id));
  const client = useQueryClient();
  const [certificate, setCertificate] = useState<Certificate | null>(null);
  if (certificate) {
    const leave = () => {
      client.removeQueries({ queryKey: contact(id).queryKey });
      client.removeQueries({ queryKey: contactTimeline(id).queryKey });
      onClose();
    };
    return (
      <Dialog open onOpenChange={leave} side="end" title={t.erasing.certificate}>
        <Erased certificate={certificate} onClose={leave} />
      </Dialog>
    );
  }
  const title = query.data ? query.data.name || query.data.phone : t.contacts.detail;
  const gone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={title}
      description={query.data?.name ? query.data.phone : undefined}
    >
      {gone ? (
        <Empty title={t.erasing.gone}>{t.erasing.goneHint}</Empty>
      ) : (
        <Loaded
          query={query}
          what={t.contacts.detail}
          skeleton={<SkeletonRows rows={6} className="px-0" />}
        >
          {(data) => <Body contact={data} onClose={onClose} onErased={setCertificate} />}
        </Loaded>
      )}
    </Dialog>
  );
}

type BodyProps = {
  contact: ContactDetail;
  onClose: () => void;
  onErased: (certificate: Certificate) => void;
};

function Body({ contact, onClose, onErased }: BodyProps) {
  const [editing, setEditing] = useState(false);
  const [erasing, setErasing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const consent = useCommand({
    run: (granted: boolean) => setConsent(contact.id, granted),
    title: (granted) => (granted ? t.contacts.granted : t.contacts.withdrawn),
    touches: [["contacts"]],
  });
  const block = useCommand({
    run: (blocked: boolean) => setBlocked(contact.id, blocked),
    title: (blocked) => (blocked ? t.contacts.block : t.contacts.unblock),
    touches: [["contacts"]],
  });
  const remove = useCommand({
    run: (_: undefined) => deleteContact(contact.id),
    title: t.contacts.delete,
    touches: [["contacts", "list"], ["contacts", "tags"], ["analytics"]],
    onAccepted: onClose,
  });
  if (editing) return <ContactEdit contact={contact} onDone={() => setEditing(false)} />;
  const granted = contact.consent === "granted";
  return (
    <div className="flex flex-col gap-5">
      <div role="group" aria-label={t.contacts.state} className="flex flex-wrap gap-1.5">
        <ConsentBadge consent={contact.consent} />
        {contact.blocked && <Badge tone="bad">{t.contacts.blocked}</Badge>}
        {contact.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" pending={consent.isPending} onClick={() => consent.mutate(!granted)}>
          {granted ? t.contacts.withdraw : t.contacts.grant}
        </Button>
        <Button size="sm" pending={block.isPending} onClick={() => block.mutate(!contact.blocked)}>
          {contact.blocked ? t.contacts.unblock : t.contacts.block}
        </Button>
        <Button size="sm" onClick={() => setEditing(true)}>
          {t.contacts.edit}
        </Button>
        <Button size="sm" look="quiet" className="text-bad" onClick={() => setDeleting(true)}>
          {t.contacts.delete}
        </Button>
      </div>
      {!granted && <ConsentPolicy />}
      <dl className="divide-y border-y">
        <Definition term={t.contacts.phone}>{contact.phone}</Definition>
        {contact.whatsapp && (
          <Definition term={t.contacts.whatsapp}>
            {contact.whatsapp.on_whatsapp ? t.contacts.onWhatsapp : t.contacts.notOnWhatsapp}
            {", "}
            {when(contact.whatsapp.checked_at)}
          </Definition>
        )}
        <Definition term={t.contacts.consent}>
          {contact.consent_at
            ? t.contacts.consentSince(contact.consent_source, when(contact.consent_at))
            : t.consent[contact.consent]}
        </Definition>
        {Object.entries(contact.fields).map(([name, value]) => (
          <Definition key={name} term={name}>
            {value}
          </Definition>
        ))}
        <Definition term={t.contacts.added}>{when(contact.created_at)}</Definition>
        <Definition term={t.contacts.updated}>{when(contact.updated_at)}</Definition>
      </dl>
      <PersonalData contact={contact} onErase={() => setErasing(true)} />
      <History contact={contact} />
      <Suspense>
        {erasing && (
          <EraseDialog contact={contact} onClose={() => setErasing(false)} onErased={onErased} />
        )}
      </Suspense>
      <Dialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t.contacts.deleteTitle}
        description={t.contacts.deleteHint}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setDeleting(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {t.contacts.delete}
          </Button>
        </DialogActions>
      </Dialog>
    </div>
  );
}

function History({ contact }: { contact: Contact }) {
  const query = useQuery(contactTimeline(contact.id));
  return (
    <section>
      <div className="mb-3 flex items-baseline justify-between">
        <h3 className="font-semibold">{t.contacts.timeline}</h3>
        <HistoryLink kind="contact" id={contact.id} />
      </div>
      <Loaded
        query={query}
        what={t.contacts.timeline}
        skeleton={<SkeletonRows rows={3} className="px-0" />}
      >
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-soft">{t.contacts.noTimeline}</p>
          ) : (
            <Timeline items={items} label={t.contacts.timeline} />
          )
        }
      </Loaded>
    </section>
  );
}
