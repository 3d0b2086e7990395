import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { commitImport, previewImport } from "@/api/imports";
import { ApiError } from "@/api/problem";
import type { ImportMapping, ImportPreview } from "@/api/types";
import { ConsentPolicy } from "@/components/consent-policy";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Panel } from "@/components/ui/page";
import { Select } from "@/components/ui/plain-field";
import { Empty, ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { COUNTRIES, countryName } from "@/i18n/countries";
import { KeepFields } from "./keep-fields";
import { assign, choices, forServer, PARTS, type Part } from "./mapping";
import { Checked } from "./preview-table";

type Props = { file: File; onAnother: () => void; onStarted: (importId: string) => void };

const partLabel: Record<Part, string> = {
  phone: t.imports.phoneColumn,
  name: t.imports.nameColumn,
  consent: t.imports.consentColumn,
};

export function MappingStep({ file, onAnother, onStarted }: Props) {
  const [chosen, setChosen] = useState<ImportMapping | null>(null);
  const [asked, setAsked] = useState<ImportMapping | null>(null);
  const [seen, setSeen] = useState<ImportPreview | null>(null);
  const own = useMe().tenant.default_country;
  const [country, setCountry] = useState("");
  const [listName, setListName] = useState("");
  const [tags, setTags] = useState("");
  const [consentSource, setConsentSource] = useState("");

  const preview = useQuery({
    queryKey: ["imports", "preview", file.name, file.size, file.lastModified, asked, country],
    queryFn: ({ signal }) =>
      previewImport(
        file,
        { mapping: asked ? forServer(asked) : undefined, defaultCountry: country || undefined },
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
  // What was seen last stays in view while the next one is on its way, or was refused.
  if (preview.data && preview.data !== seen) setSeen(preview.data);
  const shown = preview.data ?? seen ?? unrecognised(preview.error);
  const mapping: ImportMapping = {
    ...(chosen ?? shown?.mapping),
    // Until somebody says otherwise, the fields are those that the server takes.
    fields: chosen?.fields ?? shown?.mapping.fields ?? null,
  };
  const choose = (next: ImportMapping) => {
    setChosen(next);
    // Without the phone there is nothing to ask the server.
    if (next.phone) setAsked(next);
  };
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

  if (!shown) {
    return preview.isError ? (
      <Panel>
        <ErrorPanel
          what={file.name}
          error={preview.error}
          // What was refused is refused again.
          onRetry={isRefusal(preview.error) ? undefined : () => preview.refetch()}
        />
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
  const { headers } = shown;
  const noPhone = !mapping.phone && shown.rows.length === 0;
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
                  onChange={(event) => choose(assign(mapping, part, event.target.value || null))}
                >
                  <option value="">{t.imports.noColumn}</option>
                  {choices(headers, mapping[part]).map((header) => (
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
                <option value="">
                  {own ? t.imports.countryDefault(countryName(own)) : t.imports.countryNone}
                </option>
                {COUNTRIES.map(([code, name]) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <KeepFields headers={headers} mapping={mapping} onChange={choose} />
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
            <ConsentPolicy />
          </div>
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        {preview.isError && !noPhone && (
          <Panel>
            <ErrorPanel what={file.name} error={preview.error} onRetry={() => preview.refetch()} />
          </Panel>
        )}
        {noPhone ? (
          <Panel>
            <Empty title={t.imports.noPhoneTitle}>{t.imports.noPhone}</Empty>
          </Panel>
        ) : (
          <Checked preview={shown} checking={preview.isFetching} />
        )}
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

const isRefusal = (error: unknown) =>
  error instanceof ApiError && error.status >= 400 && error.status < 500;

/** A file in which no column has a known name for the phone: a person can tell which it is. */
function unrecognised(error: unknown): ImportPreview | null {
  if (!(error instanceof ApiError) || !error.problem.headers) return null;
  return {
    headers: error.problem.headers,
    mapping: { phone: "", name: null, consent: null, fields: null },
    delimiter: "",
    encoding: "",
    rows: [],
  };
}
