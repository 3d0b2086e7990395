import type { Provider } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { Select } from "@/components/ui/plain-field";
import { numberWords } from "@/i18n/en/number-words";
import { settingWords } from "@/i18n/en/setting-words";
import { settingTitle } from "./setting-title";

const words = numberWords.add;

/** Settings of which only these values mean something. */
const CHOICES: Record<string, readonly string[]> = { engine: ["WEBJS", "NOWEB", "GOWS"] };

type Props = {
  provider: Provider;
  values: Record<string, string>;
  errors: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
};

/** What else the provider may be told; closed, because hardly anybody needs it. */
export function MoreSettings({ provider, values, errors, onChange }: Props) {
  if (provider.settings.length === 0) return null;
  const wrong = Object.keys(errors).some((field) => field.startsWith("settings."));
  return (
    <details open={wrong || undefined} className="mt-4 rounded-lg border px-3 py-2">
      <summary className="cursor-pointer font-medium">{words.more}</summary>
      <p className="mt-1 mb-3 text-xs text-faint">{words.moreHint}</p>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(14rem,100%),1fr))] items-start gap-4 pb-1">
        {provider.settings.map((name) => (
          <Setting
            key={name}
            name={name}
            value={values[name] ?? ""}
            onChange={(value) => onChange({ ...values, [name]: value })}
          />
        ))}
      </div>
    </details>
  );
}

type SettingProps = { name: string; value: string; onChange: (value: string) => void };

function Setting({ name, value, onChange }: SettingProps) {
  const known = settingWords[name];
  const title = settingTitle(name);
  const choices = CHOICES[name];
  return (
    <Field name={`settings.${name}`} label={title} hint={known?.help} optional>
      {choices ? (
        <Select aria-label={title} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{words.settingUnset}</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      ) : (
        <Input
          type={name.endsWith("_url") ? "url" : "text"}
          inputMode={name.endsWith("_ms") ? "numeric" : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
          placeholder={known?.usual}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
