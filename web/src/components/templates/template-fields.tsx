import { useId } from "react";
import type { ProviderTemplate, TemplateUse } from "@/api/types";
import type { Wrong } from "@/components/compose/made";
import { cn } from "@/components/ui/class-names";
import { inputStyle, Select } from "@/components/ui/plain-field";
import { templateWords } from "@/i18n/en/template-words";
import { HeaderFile } from "./header-file";
import { fileOfHeader, placesOf } from "./template";

const words = templateWords.fill;

type Insert = { label: string; text: string };

type Props = {
  template: ProviderTemplate;
  use: TemplateUse;
  /** What is offered to be put into a place. */
  inserts: Insert[];
  /** What the server found wrong, by the place that it names. */
  wrong: Wrong;
  /** The providers that are to send it. */
  providers: readonly string[];
  onChange: (use: TemplateUse) => void;
};

/** What fills the places of a template, one field for each. */
export function TemplateFields({ template, use, inserts, wrong, providers, onChange }: Props) {
  const { header, body = [], buttons = [] } = use;
  const places = placesOf(template.body);
  const format = fileOfHeader(template);
  const field = (path: string, label: string, value: string, set: (text: string) => void) => (
    <PlaceField
      key={path}
      label={label}
      value={value}
      inserts={inserts}
      wrong={wrong[path]}
      onChange={set}
    />
  );
  return (
    <div className="flex flex-col gap-3">
      {format && (
        <HeaderFile
          format={format}
          media={header?.type === "media" ? header.media : null}
          wrong={
            Object.entries(wrong).find(([path]) => path.startsWith("attachment.header.media"))?.[1]
          }
          providers={providers}
          onChange={(media) =>
            onChange({ ...use, header: media ? { type: "media", media } : undefined })
          }
        />
      )}
      {header?.type === "text" &&
        field(
          "attachment.header.parameter.text",
          words.header(template.header?.places[0] ?? ""),
          header.parameter.text,
          (text) =>
            onChange({ ...use, header: { ...header, parameter: { ...header.parameter, text } } }),
        )}
      {body.map((parameter, nth) =>
        field(
          `attachment.body[${nth}].text`,
          words.place(places[nth] ?? ""),
          parameter.text,
          (text) => onChange({ ...use, body: body.with(nth, { ...parameter, text }) }),
        ),
      )}
      {buttons.map((button, nth) =>
        field(
          `attachment.buttons[${nth}].text`,
          words.button(template.buttons[button.index]?.text ?? ""),
          button.text,
          (text) => onChange({ ...use, buttons: buttons.with(nth, { ...button, text }) }),
        ),
      )}
    </div>
  );
}

type FieldProps = {
  label: string;
  value: string;
  inserts: Insert[];
  wrong: string | undefined;
  onChange: (value: string) => void;
};

function PlaceField({ label, value, inserts, wrong, onChange }: FieldProps) {
  const id = useId();
  const missing = !value.trim();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-soft">
        {label}
      </label>
      <span className="flex gap-1.5">
        <input
          id={id}
          dir="auto"
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-said`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={cn(inputStyle, missing && "border-warn")}
        />
        {inserts.length > 0 && (
          <Select
            aria-label={words.insertInto(label)}
            className="w-28 shrink-0 text-soft"
            value=""
            onChange={(event) => onChange(value + event.target.value)}
          >
            <option value="">{words.insert}</option>
            {inserts.map((insert) => (
              <option key={insert.label} value={insert.text}>
                {insert.label}
              </option>
            ))}
          </Select>
        )}
      </span>
      <span
        id={`${id}-said`}
        className={cn("text-xs", wrong ? "text-bad first-letter:uppercase" : "text-warn")}
      >
        {wrong ?? (missing ? words.missing : "")}
      </span>
    </div>
  );
}
