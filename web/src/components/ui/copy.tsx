import { Check, Copy as Icon } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n/catalogue";
import { Button } from "./button";

/** A text that is meant for another program, and the way to take it there. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      // It can still be selected by hand.
      () => setCopied(false),
    );
  return (
    <span className="inline-flex max-w-full items-start gap-1">
      <code className="min-w-0 py-0.5 font-mono text-xs break-all select-all">{text}</code>
      <Button
        size="icon-sm"
        look="quiet"
        className="-my-0.5 size-6"
        aria-label={copied ? t.actions.copied : (label ?? `${t.actions.copy} ${text}`)}
        onClick={() => void copy()}
      >
        {copied ? (
          <Check aria-hidden="true" className="size-3.5 text-good" />
        ) : (
          <Icon aria-hidden="true" className="size-3.5" />
        )}
      </Button>
    </span>
  );
}
