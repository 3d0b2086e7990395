import type { NewProfile, Provider } from "@/api/types";
import { numberWords } from "@/i18n/en/number-words";

/** A number to be added, as its form holds it. */
export type NewNumber = {
  name: string;
  phone: string;
  phone_number_id: string;
  access_token: string;
  app_secret: string;
  verify_token: string;
  base_url: string;
  sandbox: boolean;
  settings: Record<string, string>;
};

export const BLANK: NewNumber = {
  name: "",
  phone: "",
  phone_number_id: "",
  access_token: "",
  app_secret: "",
  verify_token: "",
  base_url: "",
  sandbox: false,
  settings: {},
};

/** Whether there is a choice between the provider and its simulator. */
export const hasSandbox = (provider: Provider): boolean =>
  provider.sandbox_base_url !== null && provider.name !== "sandbox";

const digits = (count: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join("");

/** Values that reach nobody. Ids differ, because a number is known by its id. */
export function sandboxValues(provider: Provider): NewNumber {
  const tail = digits(6);
  return {
    ...BLANK,
    sandbox: true,
    name: `${numberWords.add.sandboxNames[provider.name]} ${tail.slice(0, 3)}`,
    phone: `+62811${digits(2)}${tail}`,
    phone_number_id: provider.name === "green_api" ? `1101${tail}` : `demo-${tail}`,
    access_token: "sandbox-token",
    // The simulator signs with this one; where a key may be left out, one is made that both know.
    app_secret: provider.app_secret === "required" ? "sandbox-secret" : "",
    verify_token: provider.verify_token === "required" ? "verify" : "",
    base_url: "",
  };
}

export const startWith = (provider: Provider): NewNumber => ({
  ...BLANK,
  base_url: provider.base_url ?? "",
});

/** Only what was said: what is empty is left to the server. */
export function toBody(provider: Provider, form: NewNumber): NewProfile {
  const said = (text: string) => text.trim() || undefined;
  const settings = Object.fromEntries(
    provider.settings.flatMap((name) => {
      const value = form.settings[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  return {
    provider: provider.name,
    name: form.name.trim(),
    phone: form.phone.trim(),
    phone_number_id: form.phone_number_id.trim(),
    access_token: form.access_token.trim(),
    app_secret: provider.app_secret === "unused" ? undefined : said(form.app_secret),
    verify_token: provider.verify_token === "unused" ? undefined : said(form.verify_token),
    base_url: form.sandbox ? undefined : said(form.base_url),
    sandbox: form.sandbox || undefined,
    settings: Object.keys(settings).length > 0 ? settings : undefined,
  };
}
