import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { commitImport, previewImport } from "@/api/imports";
import type { ImportMapping, ImportPreview } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Checkbox, Field, Input, Select } from "@/components/ui/field";
import { Panel } from "@/components/ui/page";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { COUNTRIES } from "./countries";
import { assign, forServer, keepField, keptAs, otherColumns, PARTS, type Part } from "./mapping";
import { PreviewTable } from "./preview-table";

type Props = { file: File; onAnother: () => void; onStarted: (importId: string) => void };

const partLabel: Record<Part, string> = {
  phone: t.imports.phoneColumn,
  name: t.imports.nameColumn,
  consent: t.imports.consentColumn,
};

export function MappingStep({ file, onAnother, onStarted }: Props) {
  const [chosen, setChosen] = useState<ImportMapping | null>(null);
  const [country, setCountry] = useState("");
  const [listName, setListName] = useState("");
  const [tags, setTags] = useState("");
  const [consentSource, setConsentSource] = useState("");

  const preview = useQuery({
    queryKey: ["imports", "preview", file.name, file.size, file.lastModified, chosen, country],
    queryFn: ({ signal }) =>
      previewImport(
        file,
        { mapping: chosen ? forServer(chosen) : undefined, defaultCountry: country || undefined },
        signal,
      ),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
  const mapping: ImportMapping = chosen ?? preview.data?.mapping ?? {};
  const commit = useCommand({
    run: (_: undefined, key) =>
      commitImport(
        file,
        {
          mapping: forServer(mapping),
          defaultCountry: country || undefined,
          listName: listName.trim() || undefined,
          tags: tags.trim() || undefined,
          consentSource: consentSource.trim() || undefined,
        },
        key,
      ),
    title: t.imports.commitTitle,
    touches: [["imports", "list"]],
    silent: true,
    quietFailure: true,
    onAccepted: ({ data }) => onStarted(data.import_id),
  });

  if (!preview.data) {
    return preview.isError ? (
      <Panel>
        <ErrorPanel what={file.name} error={preview.error} onRetry={() => preview.refetch()} />
        <div className="px-5 pb-5">
          <Button onClick={onAnother}>{t.imports.anotherFile}</Button>
        </div>
      </Panel>
    ) : (
      <Panel title={t.imports.reading}>
        <SkeletonRows rows={8} />
      </Panel>
    );
  }
  const { headers } = preview.data;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_1fr]">
      <div className="flex flex-col gap-4">
        <Panel title={t.imports.mapTitle}>
          <div className="flex flex-col gap-3 p-4">
            <p className="text-xs text-faint">{t.imports.mapHint}</p>
            {PARTS.map((part) => (
              <Field key={part} label={partLabel[part]} optional={part !== "phone"}>
                <Select
                  aria-label={partLabel[part]}
                  value={mapping[part] ?? ""}
                  onChange={(event) => setChosen(assign(mapping, part, event.target.value || null))}
                >
                  <option value="">{t.imports.noColumn}</option>
                  {headers.map((header) => (
                    <option key={header} value={header}>
                      {header}
                    </option>
                  ))}
                </Select>
              </Field>
            ))}
            <Field label={t.imports.country} hint={t.imports.countryHint}>
              <Select
                aria-label={t.imports.country}
                value={country}
                onChange={(e) => setCountry(e.target.value)}
              >
                <option value="">{t.imports.countryDefault}</option>
                {COUNTRIES.map(([code, name]) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <KeepFields headers={headers} mapping={mapping} onChange={setChosen} />
          </div>
        </Panel>
        <Panel title={t.imports.options}>
          <div className="flex flex-col gap-3 p-4">
            <Field label={t.imports.listName} optional>
              <Input value={listName} onChange={(e) => setListName(e.target.value)} />
            </Field>
            <Field label={t.imports.tags} hint={t.contacts.tagsHint} optional>
              <Input value={tags} onChange={(e) => setTags(e.target.value)} />
            </Field>
            <Field label={t.imports.consentSource} hint={t.imports.consentSourceHint} optional>
              <Input value={consentSource} onChange={(e) => setConsentSource(e.target.value)} />
            </Field>
          </div>
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        {preview.isError && (
          <Panel>
            <ErrorPanel what={file.name} error={preview.error} onRetry={() => preview.refetch()} />
          </Panel>
        )}
        <Checked preview={preview.data} checking={preview.isFetching} />
        {commit.error && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(commit.error)}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onAnother}>{t.imports.anotherFile}</Button>
          <Button
            look="primary"
            pending={commit.isPending}
            reason={!mapping.phone && t.imports.needPhone}
            onClick={() => commit.mutate(undefined)}
          >
            {commit.isPending ? t.imports.uploading : t.imports.start}
          </Button>
        </div>
      </div>
    </div>
  );
}

type KeepProps = {
  headers: string[];
  mapping: ImportMapping;
  onChange: (mapping: ImportMapping) => void;
};

function KeepFields({ headers, mapping, onChange }: KeepProps) {
  const others = otherColumns(headers, mapping);
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-soft">{t.imports.keepFields}</legend>
      {others.length === 0 && <p className="text-xs text-faint">{t.imports.noOtherColumns}</p>}
      <div className="flex flex-col gap-1.5">
        {others.map((header) => {
          const kept = keptAs(mapping, header);
          return (
            <Checkbox
              key={header}
              checked={kept !== null}
              onChange={(event) => onChange(keepField(mapping, header, event.target.checked))}
              label={
                <>
                  {header}
                  {kept && (
                    <code className="ms-1.5 font-mono text-xs text-faint">{`{{${kept}}}`}</code>
                  )}
                </>
              }
            />
          );
        })}
      </div>
      {others.length > 0 && <p className="mt-1.5 text-xs text-faint">{t.imports.keepHint}</p>}
    </fieldset>
  );
}

function Checked({ preview, checking }: { preview: ImportPreview; checking: boolean }) {
  const of = (outcome: string) => preview.rows.filter((row) => row.outcome === outcome).length;
  return (
    <Panel
      title={t.imports.firstRows(preview.rows.length)}
      aside={
        <p aria-live="polite" className="tnum flex gap-3 text-xs">
          {checking ? (
            <span className="text-faint">{t.imports.checking}</span>
          ) : (
            <>
              <span className="text-good">{t.imports.previewOk(of("ok"))}</span>
              {of("duplicate") > 0 && (
                <span className="text-warn">{t.imports.previewDuplicate(of("duplicate"))}</span>
              )}
              {of("rejected") > 0 && (
                <span className="text-bad">{t.imports.previewRejected(of("rejected"))}</span>
              )}
            </>
          )}
        </p>
      }
    >
      <PreviewTable preview={preview} />
    </Panel>
  );
}
