import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { contactList } from "@/api/contacts";
import type { Forecast, MediaFile } from "@/api/types";
import { contentKind, isSilent, mostText } from "@/components/media/content";
import type { Upload, UploadQueue } from "@/components/media/upload-queue";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { AttachField } from "./attach-field";
import type { Draft } from "./draft";
import { TemplateEditor } from "./template-editor";

const words = mediaWords.attach;

type Props = {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  forecast: Forecast | undefined;
  file: MediaFile | undefined;
  upload: Upload | undefined;
  queue: UploadQueue;
  /** Why there is no such file. */
  trouble: string | null;
};

export function TextStep({ draft, onChange, forecast, file, upload, queue, trouble }: Props) {
  const contacts = useInfiniteQuery(contactList({ sort: "-created_at" }));
  const fields = new Set(
    contacts.data?.pages.flatMap((page) => page.items.flatMap((row) => Object.keys(row.fields))) ??
      [],
  );
  const kind = contentKind(draft.attachment, file);
  const missing = new Map(forecast?.variables.map((v) => [v.name, v.missing]) ?? []);
  return (
    <div className="flex flex-col gap-4">
      <AttachField
        attachment={draft.attachment}
        file={file}
        upload={upload}
        queue={queue}
        trouble={trouble}
        onChange={(attachment) => onChange({ attachment })}
      />
      {isSilent(kind) ? (
        <p className="rounded-lg bg-sunken px-3 py-2 text-soft">{words.noText[kind]}</p>
      ) : (
        <TemplateEditor
          value={draft.text}
          onChange={(text) => onChange({ text })}
          names={["name", ...[...fields].filter((field) => field !== "name").sort()].slice(0, 12)}
          missing={missing}
          most={mostText(kind)}
        />
      )}
      {forecast && forecast.variables.length > 0 && (
        <ul aria-label={t.wizard.variables} className="flex flex-col gap-1">
          {forecast.variables.map((variable) => (
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
      )}
    </div>
  );
}
