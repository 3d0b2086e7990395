import { useRef } from "react";
import { characters, MAX_TEXT } from "@/components/media/content";
import { cn } from "@/components/ui/class-names";
import { inputStyle } from "@/components/ui/plain-field";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { pieces } from "./draft";

type Props = {
  value: string;
  onChange: (value: string) => void;
  names: string[];
  missing: Map<string, number>;
  /** How many characters it may have. */
  most: number;
};

const metrics =
  "px-3 py-2.5 text-base max-sm:text-[16px] leading-6 whitespace-pre-wrap break-words";

/** A text area whose variables are marked by a layer of the same text behind it. */
export function TemplateEditor({ value, onChange, names, missing, most }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const length = characters(value);
  const insert = (name: string) => {
    const node = area.current;
    const at = node?.selectionStart ?? value.length;
    const piece = `{{${name}}}`;
    onChange(value.slice(0, at) + piece + value.slice(node?.selectionEnd ?? at));
    requestAnimationFrame(() => {
      node?.focus();
      node?.setSelectionRange(at + piece.length, at + piece.length);
    });
  };
  return (
    <div>
      <div className="relative">
        <div
          ref={layer}
          aria-hidden="true"
          className={cn(
            metrics,
            "pointer-events-none absolute inset-px overflow-hidden text-transparent",
          )}
        >
          {pieces(value).map((piece, index) =>
            piece.variable ? (
              <mark
                // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
                key={index}
                className={cn(
                  "rounded-[4px] text-transparent",
                  missing.get(piece.variable)
                    ? "bg-warn-wash ring-2 ring-warn-wash"
                    : "bg-accent-wash ring-2 ring-accent-wash",
                )}
              >
                {piece.text}
              </mark>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
              <span key={index}>{piece.text}</span>
            ),
          )}
          {"\n"}
        </div>
        <textarea
          ref={area}
          aria-label={t.wizard.text}
          aria-describedby="template-hint"
          rows={9}
          aria-invalid={length > most || undefined}
          maxLength={MAX_TEXT}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (layer.current) layer.current.scrollTop = event.currentTarget.scrollTop;
          }}
          className={cn(
            inputStyle,
            metrics,
            "relative h-auto resize-none bg-transparent dark:bg-transparent",
          )}
        />
      </div>
      <p id="template-hint" className="mt-1 flex justify-between gap-3 text-xs text-faint">
        <span>{t.wizard.textHint}</span>
        <span className={cn("tnum whitespace-nowrap", length > most && "font-medium text-bad")}>
          {most < MAX_TEXT ? mediaWords.attach.ofMost(length, most) : t.wizard.characters(length)}
        </span>
      </p>
      {names.length > 0 && (
        <div className="mt-3 flex flex-wrap items-center gap-1.5">
          <span className="me-1 text-xs text-faint">{t.wizard.insert}</span>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              onClick={() => insert(name)}
              className="h-6 rounded-md border bg-surface px-2 font-mono text-xs text-soft hover:bg-hover hover:text-ink"
            >
              {`{{${name}}}`}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
