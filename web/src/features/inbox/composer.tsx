import { SendHorizontal, Users } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, lazy, Suspense, useRef, useState } from "react";
import type { Chat, Provider, ProviderTemplate } from "@/api/types";
import { AttachMenu } from "@/components/media/attach-menu";
import { characters, contentKind, MAX_TEXT, mostText, needsText } from "@/components/media/content";
import { pastedFiles } from "@/components/media/use-drop";
import { useKeys } from "@/components/shell/keys";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { inputStyle } from "@/components/ui/plain-field";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { inboxWords } from "@/i18n/en/inbox-words";
import { mediaWords } from "@/i18n/en/media-words";
import { duration } from "@/i18n/format";
import { type AttachedHere, enclose, MOST, whatHolds } from "./attached";
import { AttachedStrip } from "./attached-strip";
import { type Enclosed, parts } from "./outbox";
import { useNumber } from "./use-provider";

const TemplateDialog = lazy(() => import("./template-dialog"));

const words = mediaWords.attach;

type Props = {
  chat: Chat;
  /** Until the reply window closes, in milliseconds; nothing where the provider has none. */
  left: number | null;
  /** Of the number that answers, as far as it is known. */
  provider: Provider | undefined;
  providers: Provider[] | undefined;
  draft: string;
  attached: AttachedHere;
  onDraft: (text: string) => void;
  onSend: (text: string, enclosed: Enclosed[]) => void;
};

export function Composer(props: Props) {
  const { chat, left, provider, providers, draft, attached, onDraft, onSend } = props;
  const [template, setTemplate] = useState<ProviderTemplate | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useKeys({ r: () => area.current?.focus() });
  const mayNotUpload = useWhyNot("media.write");
  const number = useNumber(chat);
  const items = attached.of(chat.id);
  const text = draft.trim();
  const held = items.map((item) =>
    whatHolds(
      item,
      attached.uploads.find(({ id }) => id === item.id),
      provider,
      providers,
    ),
  );
  const enclosed = items.flatMap((item) => enclose(item, provider?.name) ?? []);
  const reason =
    held.find((why) => why !== null) ??
    whatTextLacks(text, enclosed) ??
    (text === "" && items.length === 0 ? t.inbox.emptyReason : null);
  const send = () => {
    if (reason) return;
    onSend(text, enclosed);
    onDraft("");
    attached.clear(chat.id);
  };
  const back = () => area.current?.focus();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      area.current?.blur();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = mayNotUpload ? [] : pastedFiles(event);
    if (files.length === 0) return;
    event.preventDefault();
    attached.addFiles(chat.id, files);
  };
  const alone = text !== "" && items.length > 0 && parts(text, enclosed).length > items.length;
  return (
    <div className="shrink-0 border-t px-3 py-2.5 sm:px-4">
      {items.length > 0 && (
        <AttachedStrip
          items={items}
          uploads={attached.uploads}
          provider={provider?.name}
          held={held}
          onRemove={(id) => {
            attached.remove(id);
            back();
          }}
          onRetry={attached.retry}
          onChange={attached.change}
        />
      )}
      <div className="flex items-end gap-2">
        <AttachMenu
          many
          className="size-9"
          providers={provider ? [provider.name] : []}
          numbers={number ? [number] : []}
          reason={items.length >= MOST && words.most(MOST)}
          onFiles={(files) => attached.addFiles(chat.id, files)}
          onMedia={(file) => attached.addMedia(chat.id, file)}
          onMade={(made) => attached.addMade(chat.id, made)}
          onTemplate={setTemplate}
        />
        <textarea
          ref={area}
          aria-label={t.inbox.compose}
          placeholder={chat.is_group ? inboxWords.composeGroup : t.inbox.compose}
          rows={Math.min(6, Math.max(1, draft.split("\n").length))}
          dir="auto"
          maxLength={MAX_TEXT}
          value={draft}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          className={cn(inputStyle, "h-auto min-h-9 flex-1 resize-none py-2 leading-5")}
        />
        <Button look="primary" className="h-9" reason={reason} onClick={send}>
          <SendHorizontal aria-hidden="true" className="size-4 rtl:rotate-180" />
          <span className="max-sm:sr-only">{t.inbox.send}</span>
        </Button>
      </div>
      <p className="mt-1 flex justify-between gap-3 text-2xs text-faint">
        <span className={cn(!alone && "max-sm:hidden")}>
          {alone ? words.ownMessage : t.inbox.sendKey}
        </span>
        {chat.is_group && (
          <span className="flex items-center gap-1 font-medium text-soft">
            <Users aria-hidden="true" className="size-3" />
            {inboxWords.groupReads}
          </span>
        )}
        {left !== null && (
          <span className={cn("tnum", left < 3_600_000 && "font-medium text-warn")}>
            {t.inbox.windowOpen(duration(left / 1000))}
          </span>
        )}
      </p>
      <Suspense>
        {template && (
          <TemplateDialog
            chat={chat}
            picked={template}
            provider={provider}
            onClose={() => setTemplate(null)}
            onSend={onSend}
          />
        )}
      </Suspense>
    </div>
  );
}

/** What is wrong with the text for what it goes with. */
function whatTextLacks(text: string, enclosed: Enclosed[]): string | null {
  const kinds = enclosed.map(({ attachment }) => contentKind(attachment));
  const needing = kinds.filter(needsText).length;
  if (needing > 1) return words.oneAtATime;
  if (needing === 1 && text === "") return words.textNeeded;
  const carrier = parts(text, enclosed).find((part) => part.enclosed && part.text !== "");
  if (!carrier) return null;
  const most = mostText(contentKind(carrier.enclosed?.attachment ?? null));
  return characters(text) > most ? words.captionTooLong(most) : null;
}
