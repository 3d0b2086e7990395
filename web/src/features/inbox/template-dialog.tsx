import { useQuery } from "@tanstack/react-query";
import { SendHorizontal } from "lucide-react";
import { type FormEvent, useState } from "react";
import { contact } from "@/api/contacts";
import type { Chat, Provider, ProviderTemplate } from "@/api/types";
import { AttachmentOf } from "@/components/media/attachment-of";
import { Phone } from "@/components/phone";
import { blankUse, hasEmptyPlaces, lacksFile, textOf } from "@/components/templates/template";
import { TemplateFields } from "@/components/templates/template-fields";
import { VariantNote } from "@/components/templates/variant-note";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";
import { templateWords } from "@/i18n/en/template-words";
import type { Enclosed } from "./outbox";
import { useNumber } from "./use-provider";
import { contactOf, nameOf, useWhom } from "./whom";

type Props = {
  chat: Chat;
  picked: ProviderTemplate;
  provider: Provider | undefined;
  onClose: () => void;
  onSend: (text: string, enclosed: Enclosed[]) => void;
};

/** Fills a template for one person, shows it as it will be read, and sends it. */
export default function TemplateDialog({ chat, picked, provider, onClose, onSend }: Props) {
  const [template, setTemplate] = useState(picked);
  const [use, setUse] = useState(() => blankUse(picked));
  const number = useNumber(chat);
  const who = nameOf(chat, useWhom(chat));
  const reason = hasEmptyPlaces(use)
    ? templateWords.fill.needed
    : lacksFile(template, use) && templateWords.fill.fileNeeded;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (reason) return;
    onSend(textOf(template, use), [{ attachment: use, file: null }]);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={t.inbox.sendTemplateTo(who)}
      description={`${template.name} · ${templateWords.languageName(template.language)}`}
    >
      <form onSubmit={send}>
        <div className="grid items-start gap-5 sm:grid-cols-[minmax(0,1fr)_17rem]">
          <div className="flex flex-col gap-3">
            <p className="text-xs text-soft">{templateWords.fill.textIsTheirs}</p>
            <VariantNote
              use={use}
              numbers={number ? [number] : []}
              onChange={(variant, filled) => {
                setTemplate(variant);
                setUse(filled);
              }}
            />
            <TemplateFields
              template={template}
              use={use}
              inserts={useInserts(chat)}
              wrong={{}}
              providers={provider ? [provider.name] : []}
              onChange={setUse}
            />
          </div>
          <section aria-label={templateWords.preview} className="flex justify-center">
            <Phone who={who} detail={chat.phone || undefined} label={templateWords.preview}>
              <AttachmentOf attachment={use} />
            </Phone>
          </section>
        </div>
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" reason={reason}>
            <SendHorizontal aria-hidden="true" className="size-4 rtl:rotate-180" />
            {t.inbox.send}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** What is known of the person, to be put into a place. */
function useInserts(chat: Chat): { label: string; text: string }[] {
  const id = contactOf(chat);
  const known = useQuery({ ...contact(id ?? ""), enabled: id !== null }).data;
  const name = known?.name || chat.contact_name;
  const texts = [name, ...Object.values(known?.fields ?? {}), chat.phone];
  return [...new Set(texts)].flatMap((text) => (text ? { label: text, text } : []));
}
