import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { contactList } from "@/api/contacts";
import type { Forecast } from "@/api/types";
import { t } from "@/i18n/catalogue";
import type { Draft } from "./draft";
import { TemplateEditor } from "./template-editor";

type Props = {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  forecast: Forecast | undefined;
};

export function TextStep({ draft, onChange, forecast }: Props) {
  const contacts = useInfiniteQuery(contactList({ sort: "-created_at" }));
  const fields = new Set(
    contacts.data?.pages.flatMap((page) => page.items.flatMap((row) => Object.keys(row.fields))) ??
      [],
  );
  const missing = new Map(forecast?.variables.map((v) => [v.name, v.missing]) ?? []);
  return (
    <div className="flex flex-col gap-4">
      <TemplateEditor
        value={draft.text}
        onChange={(text) => onChange({ text })}
        names={["name", ...[...fields].filter((field) => field !== "name").sort()].slice(0, 12)}
        missing={missing}
      />
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
