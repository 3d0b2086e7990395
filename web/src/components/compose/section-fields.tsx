import type { Attachment } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { composeWords } from "@/i18n/en/compose-words";
import { Add, Remove } from "./add-remove";
import { LIMITS } from "./limits";

export type Section = Extract<Attachment, { type: "list" }>["sections"][number];
type Row = Section["rows"][number];

const words = composeWords.list;
const BLANK_ROW: Row = { id: "", title: "" };
export const BLANK_SECTION: Section = { title: "", rows: [BLANK_ROW] };

type Props = {
  section: Section;
  nth: number;
  /** There is no other one: it needs no title. */
  alone: boolean;
  /** The list may have another row. */
  room: boolean;
  onChange: (section: Section) => void;
  onRemove: () => void;
};

export function SectionFields({ section, nth, alone, room, onChange, onRemove }: Props) {
  const at = `attachment.sections[${nth}]`;
  const { rows } = section;
  const change = (mth: number, part: Partial<Row>) =>
    onChange({ ...section, rows: rows.with(mth, { ...(rows[mth] as Row), ...part }) });
  return (
    <fieldset className="flex flex-col gap-3 rounded-[10px] border p-3">
      <legend className="sr-only">{words.section(nth + 1)}</legend>
      <div className="flex items-end gap-1.5">
        <Field className="flex-1" name={`${at}.title`} label={words.sectionTitle} optional={alone}>
          <Input
            required={!alone}
            maxLength={LIMITS.sectionTitle}
            value={section.title ?? ""}
            onChange={(event) => onChange({ ...section, title: event.target.value })}
          />
        </Field>
        {!alone && <Remove label={words.removeSection(nth + 1)} onClick={onRemove} />}
      </div>
      {rows.map((row, mth) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
          key={mth}
          className="grid grid-cols-[minmax(0,1fr)_2rem] items-start gap-x-1.5 gap-y-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_2rem]"
        >
          <Field name={`${at}.rows[${mth}].title`} label={words.row(mth + 1)}>
            <Input
              required
              pattern=".*\S.*"
              maxLength={LIMITS.rowTitle}
              value={row.title}
              onChange={(event) => change(mth, { title: event.target.value })}
            />
          </Field>
          <Field
            className="max-sm:row-start-2"
            name={`${at}.rows[${mth}].description`}
            label={words.description}
            optional
          >
            <Input
              maxLength={LIMITS.rowDescription}
              value={row.description ?? ""}
              onChange={(event) => change(mth, { description: event.target.value })}
            />
          </Field>
          {rows.length > 1 && (
            <Remove
              className="mt-[1.3rem]"
              label={words.removeRow(row.title || words.row(mth + 1))}
              onClick={() =>
                onChange({ ...section, rows: rows.filter((_, index) => index !== mth) })
              }
            />
          )}
        </div>
      ))}
      <Add
        reason={!room && words.most(LIMITS.rows)}
        onClick={() => onChange({ ...section, rows: [...rows, BLANK_ROW] })}
      >
        {words.addRow}
      </Add>
    </fieldset>
  );
}
