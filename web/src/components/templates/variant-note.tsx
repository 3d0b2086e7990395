import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { templateList } from "@/api/templates";
import type { Profile, ProviderTemplate, TemplateUse } from "@/api/types";
import { Select } from "@/components/ui/plain-field";
import { templateWords } from "@/i18n/en/template-words";
import { fileOfHeader, placesOf } from "./template";
import { fits, refit, type Variant, variantsOf } from "./variants";

const words = templateWords.variants;

type Props = {
  use: TemplateUse;
  /** Those that may send it; none where they are not known. */
  numbers: readonly Profile[];
  onChange: (template: ProviderTemplate, use: TemplateUse) => void;
};

/** Says where business accounts have a template with other places, and lets one of them be filled. */
export function VariantNote({ use, numbers, onChange }: Props) {
  const id = useId();
  const templates = useQuery(templateList()).data ?? [];
  const variants = variantsOf(templates, use, numbers);
  const chosen = variants.findIndex(({ template }) => fits(template, use));
  if (variants.length === 0 || (variants.length === 1 && chosen === 0)) return null;
  const accounts = variants.reduce((sum, variant) => sum + variant.accounts, 0);
  return (
    <div className="flex flex-col gap-2 rounded-[10px] bg-warn-wash px-3 py-2 text-xs text-warn">
      <p className="text-pretty">{variants.length > 1 ? words.differ(accounts) : words.others}</p>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <label htmlFor={id} className="font-medium">
          {words.fill}
        </label>
        <Select
          id={id}
          className="w-auto max-w-full"
          value={chosen < 0 ? "" : chosen}
          onChange={(event) => {
            const variant = variants[Number(event.target.value)];
            if (variant) onChange(variant.template, refit(variant.template, use));
          }}
        >
          {chosen < 0 && (
            <option value="" disabled>
              {words.choose}
            </option>
          )}
          {variants.map((variant, nth) => (
            <option key={variant.template.id} value={nth}>
              {saidOf(variant)}
            </option>
          ))}
        </Select>
      </div>
    </div>
  );
}

/** What is to be filled, and how many numbers send it so. */
function saidOf({ template, accounts, numbers }: Variant): string {
  const file = fileOfHeader(template);
  const suffixes = template.buttons.filter(({ takes_suffix }) => takes_suffix).length;
  const [header] = template.header?.format === "text" ? template.header.places : [];
  const parts = [
    file && templateWords.files[file],
    header && templateWords.fill.header(header),
    placesOf(template.body)
      .map((place) => templateWords.fill.place(place))
      .join(" "),
    suffixes > 0 && words.addresses(suffixes),
  ].filter(Boolean);
  const what = parts.length > 0 ? parts.join(", ") : words.nothing;
  return `${what} · ${numbers > 0 ? words.numbers(numbers) : words.accounts(accounts)}`;
}
