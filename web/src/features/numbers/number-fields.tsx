import type { ReactNode } from "react";
import type { Provider } from "@/api/types";
import { Field, Input } from "@/components/ui/field";
import { numberWords } from "@/i18n/en/number-words";
import type { NewNumber } from "./new-number";

const words = numberWords.add;

type Text = Exclude<keyof NewNumber, "sandbox" | "settings">;
type Props = {
  provider: Provider;
  form: NewNumber;
  onChange: (part: Partial<NewNumber>) => void;
};

/** What a number of this provider is made of, under the names that the provider uses. */
export function NumberFields({ provider, form, onChange }: Props) {
  const input = (
    name: Text,
    label: ReactNode,
    { type = "text", hint, optional = false, className }: Details = {},
  ) => (
    <Field name={name} label={label} hint={hint} optional={optional} className={className}>
      <Input
        type={type}
        required={!optional}
        autoComplete={type === "password" ? "new-password" : "off"}
        spellCheck={false}
        value={form[name]}
        onChange={(event) => onChange({ [name]: event.target.value })}
      />
    </Field>
  );
  const secret = { type: "password" } as const;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {input("name", words.name)}
      {input("phone", words.phone, { type: "tel", hint: words.phoneHint })}
      {input("phone_number_id", sentence(provider.number_id))}
      {input("access_token", sentence(provider.access_token), secret)}
      {provider.app_secret === "required" && input("app_secret", words.appSecret, secret)}
      {provider.app_secret === "optional" &&
        input("app_secret", words.webhookKey, {
          ...secret,
          optional: true,
          hint: words.madeHere,
        })}
      {provider.verify_token !== "unused" &&
        input("verify_token", words.verifyToken, { ...secret, hint: words.verifyHint })}
      {!form.sandbox &&
        provider.name !== "sandbox" &&
        input("base_url", words.baseUrl, {
          type: "url",
          hint: provider.base_url ? words.baseUrlOwn : words.baseUrlNeeded,
          className: "sm:col-span-2",
        })}
    </div>
  );
}

type Details = {
  type?: "text" | "tel" | "password" | "url";
  hint?: string;
  optional?: boolean;
  className?: string;
};

/** The server's names begin small, as they stand in a sentence. */
export const sentence = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
