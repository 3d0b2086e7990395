import type { ImportMapping } from "@/api/types";
import { Checkbox } from "@/components/ui/plain-field";
import { t } from "@/i18n/catalogue";
import { keepField, keptAs, otherColumns } from "./mapping";

type KeepProps = {
  headers: string[];
  mapping: ImportMapping;
  onChange: (mapping: ImportMapping) => void;
};

/** The columns without a meaning of their own, each kept as a contact field or not. */
export function KeepFields({ headers, mapping, onChange }: KeepProps) {
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
