import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { contactList } from "@/api/contacts";
import type { Forecast, Profile, ProviderTemplate } from "@/api/types";
import { isSilent, mostText } from "@/components/media/content";
import { blankUse, textOf } from "@/components/templates/template";
import { TemplateFields } from "@/components/templates/template-fields";
import { VariantNote } from "@/components/templates/variant-note";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { templateWords } from "@/i18n/en/template-words";
import { AttachField } from "./attach-field";
import type { Draft } from "./draft";
import { TemplateEditor } from "./template-editor";
import type { Message } from "./use-message";

type Props = {
  draft: Draft;
  message: Message;
  forecast: Forecast | undefined;
  /** Those that may send it. */
  numbers: readonly Profile[];
  /** How many of them have the template, where not all do. */
  share: string | null;
  onChange: (part: Partial<Draft>) => void;
};

export function TextStep({ draft, message, forecast, numbers, share, onChange }: Props) {
  const providers = numbers.map(({ provider }) => provider);
  const contacts = useInfiniteQuery(contactList({ sort: "-created_at" }));
  const fields = new Set(
    contacts.data?.pages.flatMap((page) => page.items.flatMap((row) => Object.keys(row.fields))) ??
      [],
  );
  const names = ["name", ...[...fields].filter((field) => field !== "name").sort()].slice(0, 12);
  const missing = new Map(forecast?.variables.map((v) => [v.name, v.missing]) ?? []);
  const { attachment } = draft;
  const { kind, template, wrong } = message;
  const fill = (of: ProviderTemplate, use = blankUse(of)) =>
    onChange({ attachment: use, text: textOf(of, use) });
  return (
    <div className="flex flex-col gap-4">
      <AttachField
        attachment={attachment}
        file={message.file}
        upload={message.upload}
        queue={message.queue}
        trouble={message.trouble}
        wrong={wrong}
        providers={providers}
        numbers={numbers}
        onChange={message.attach}
        onTemplate={fill}
      />
      {attachment?.type === "template" ? (
        template && (
          <section aria-label={templateWords.fill.title} className="flex flex-col gap-3">
            <p className="text-xs text-soft">{templateWords.fill.textIsTheirs}</p>
            {share && <p className="tnum text-xs text-warn">{share}</p>}
            <VariantNote use={attachment} numbers={numbers} onChange={fill} />
            <TemplateFields
              template={template}
              use={attachment}
              inserts={names.map((name) => ({ label: name, text: `{{${name}}}` }))}
              wrong={wrong}
              providers={providers}
              onChange={(use) => fill(template, use)}
            />
            <p className="text-xs text-faint">{templateWords.fill.variableHint}</p>
          </section>
        )
      ) : isSilent(kind) ? (
        <p className="rounded-lg bg-sunken px-3 py-2 text-soft">{mediaWords.attach.noText[kind]}</p>
      ) : (
        <TemplateEditor
          value={draft.text}
          onChange={(text) => onChange({ text })}
          names={names}
          missing={missing}
          most={mostText(kind)}
        />
      )}
      {forecast && forecast.variables.length > 0 && <Variables known={forecast.variables} />}
    </div>
  );
}

/** For how many people each variable has a value. */
function Variables({ known }: { known: Forecast["variables"] }) {
  return (
    <ul aria-label={t.wizard.variables} className="flex flex-col gap-1">
      {known.map((variable) => (
        <li key={variable.name} className="flex items-center gap-2 text-xs">
          {variable.missing > 0 ? (
            <>
              <CircleAlert aria-hidden="true" className="size-3.5 text-warn" />
              <span className="text-warn">
                {t.wizard.variableMissing(variable.name, variable.missing)}
              </span>
            </>
          ) : (
            <>
              <CircleCheck aria-hidden="true" className="size-3.5 text-good" />
              <span className="text-soft">{t.wizard.variableFilled(variable.name)}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
