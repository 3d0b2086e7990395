import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import type { Chat } from "@/api/types";
import { useKeys } from "@/components/shell/keys";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { inputStyle } from "@/components/ui/plain-field";
import { useNow } from "@/components/use-now";
import { t } from "@/i18n/catalogue";
import { duration } from "@/i18n/format";

type Props = {
  chat: Chat;
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
};

export function Composer({ chat, draft, onDraft, onSend }: Props) {
  const now = useNow(15_000);
  const area = useRef<HTMLTextAreaElement>(null);
  useKeys({ r: () => area.current?.focus() });
  const left = chat.window_expires_at ? Date.parse(chat.window_expires_at) - now : 0;
  const open = left > 0;
  const empty = draft.trim() === "";
  const send = () => {
    if (!open || empty) return;
    onSend(draft.trim());
    onDraft("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      area.current?.blur();
    }
  };
  if (!open) {
    return (
      <div className="shrink-0 border-t bg-warn-wash px-4 py-3 text-warn">
        <p className="font-medium">{t.inbox.windowClosed}</p>
        <p className="text-xs">{t.inbox.windowClosedHint}</p>
      </div>
    );
  }
  return (
    <div className="shrink-0 border-t px-3 py-2.5 sm:px-4">
      <div className="flex items-end gap-2">
        <textarea
          ref={area}
          aria-label={t.inbox.compose}
          placeholder={t.inbox.compose}
          rows={Math.min(6, Math.max(1, draft.split("\n").length))}
          dir="auto"
          maxLength={4096}
          value={draft}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={onKeyDown}
          className={cn(inputStyle, "h-auto min-h-9 flex-1 resize-none py-2 leading-5")}
        />
        <Button look="primary" className="h-9" reason={empty && t.inbox.emptyReason} onClick={send}>
          <SendHorizontal aria-hidden="true" className="size-4 rtl:rotate-180" />
          <span className="max-sm:sr-only">{t.inbox.send}</span>
        </Button>
      </div>
      <p className="mt-1 flex justify-between gap-3 text-2xs text-faint">
        <span className="max-sm:hidden">{t.inbox.sendKey}</span>
        <span className={cn("tnum", left < 3_600_000 && "font-medium text-warn")}>
          {t.inbox.windowOpen(duration(left / 1000))}
        </span>
      </p>
    </div>
  );
}
