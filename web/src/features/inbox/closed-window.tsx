import { LayoutTemplate } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Chat, Provider, ProviderTemplate } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import type { Enclosed } from "./outbox";
import { useNumber } from "./use-provider";

const TemplatePicker = lazy(() => import("@/components/templates/template-picker"));
const TemplateDialog = lazy(() => import("./template-dialog"));

type Props = {
  chat: Chat;
  provider: Provider | undefined;
  onSend: (text: string, enclosed: Enclosed[]) => void;
};

/** In the place of the composer: nothing but a template may open the conversation again. */
export function ClosedWindow({ chat, provider, onSend }: Props) {
  const [picking, setPicking] = useState(false);
  const [template, setTemplate] = useState<ProviderTemplate | null>(null);
  const whyNot = useWhyNot("chats.write");
  const number = useNumber(chat);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-t bg-warn-wash px-4 py-3 text-warn">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">{t.inbox.windowClosed}</p>
        <p className="text-xs">{t.inbox.windowClosedHint}</p>
      </div>
      <Button reason={whyNot} onClick={() => setPicking(true)}>
        <LayoutTemplate aria-hidden="true" className="size-3.5" />
        {t.inbox.sendTemplate}
      </Button>
      <Suspense>
        {picking && (
          <TemplatePicker
            numbers={number ? [number] : []}
            onClose={() => setPicking(false)}
            onPick={(chosen) => {
              setPicking(false);
              setTemplate(chosen);
            }}
          />
        )}
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
