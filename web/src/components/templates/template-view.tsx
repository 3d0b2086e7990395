import { ExternalLink, Phone, Reply } from "lucide-react";
import type { ReactNode } from "react";
import type { ProviderTemplate, TemplateUse } from "@/api/types";
import { Glyph } from "@/components/media/glyph";
import { cn } from "@/components/ui/class-names";
import { templateWords as words } from "@/i18n/en/template-words";
import { fileOfHeader, pieces, valuesOf } from "./template";

type Props = {
  template: ProviderTemplate;
  /** What fills it; without it, its places are marked. */
  use?: TemplateUse;
  /** The body as somebody will read it, in place of the one with marks. */
  text?: ReactNode;
  /** The file of the header, where one is chosen. */
  file?: ReactNode;
};

/** A template in the order in which people see it: header, body, footer, buttons. */
export function TemplateView({ template, use, text, file }: Props) {
  const { header, body, footer, buttons } = template;
  const headerValue = use?.header?.type === "text" ? use.header.parameter.text : "";
  const kind = fileOfHeader(template);
  return (
    <div className="flex flex-col gap-1.5">
      {header?.text && (
        <p className="font-semibold break-words">
          <Marked text={header.text} values={new Map([[header.places[0] ?? "", headerValue]])} />
        </p>
      )}
      {header && !header.text && (file ?? <NoFile kind={kind ?? "location"} />)}
      {text ?? (
        <p dir="auto" className="break-words whitespace-pre-wrap">
          <Marked text={body?.text ?? ""} values={use ? valuesOf(template, use) : new Map()} />
        </p>
      )}
      {footer && <p className="text-xs break-words opacity-75">{footer}</p>}
      {buttons.length > 0 && (
        <ul className="-mx-2.5 mt-1 divide-y divide-current/15 border-t border-current/15">
          {buttons.map((button, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a button has no identity but its place
              key={index}
              title={button.url ?? undefined}
              className="flex items-center justify-center gap-1.5 px-2.5 py-1.5 font-medium text-accent-ink"
            >
              <ButtonSign kind={button.kind} />
              <span className="min-w-0 break-words">{button.text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A text with its places: what fills them, or their names, marked. */
export function Marked({ text, values }: { text: string; values: Map<string, string> }) {
  return pieces(text).map((piece, index) => {
    if (piece.place === null) return piece.text;
    const value = values.get(piece.place)?.trim();
    return (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
        key={index}
        className={cn(
          "rounded px-0.5",
          value ? "bg-accent-wash text-accent-ink" : "bg-warn-wash text-warn",
        )}
      >
        {value || piece.text}
      </mark>
    );
  });
}

function NoFile({ kind }: { kind: "image" | "video" | "document" | "location" }) {
  return (
    <p className="flex h-24 flex-col items-center justify-center gap-1 rounded-lg bg-sunken text-xs text-soft">
      <Glyph kind={kind} className="size-7" />
      {words.files[kind]}
    </p>
  );
}

const signs: Record<string, typeof Phone> = {
  url: ExternalLink,
  phone_number: Phone,
  quick_reply: Reply,
};

function ButtonSign({ kind }: { kind: string }) {
  const Sign = signs[kind];
  return Sign ? <Sign aria-hidden="true" className="size-3.5 shrink-0" /> : null;
}
