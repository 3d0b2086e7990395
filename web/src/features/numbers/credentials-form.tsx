import { Form } from "@base-ui/react/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providerList, updateProfile } from "@/api/packages";
import type { Profile, ProfileChange, Provider } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Checkbox } from "@/components/ui/plain-field";
import { Loaded } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { numberWords } from "@/i18n/en/number-words";
import { MoreSettings } from "./more-settings";
import { sentence } from "./number-fields";

const words = numberWords.change;
const blank = { access_token: "", app_secret: "", verify_token: "", base_url: "" };
type Secrets = typeof blank;
type Details = { type: "password" | "url"; hint?: string; placeholder?: string };
const secret: Details = { type: "password" };

/** New credentials of a number. What is there is never shown, so every field begins empty. */
export function CredentialsForm({ profile }: { profile: Profile }) {
  const query = useQuery(providerList());
  return (
    <Loaded query={query} what={words.credentials}>
      {({ items }) => {
        const provider = items.find(({ name }) => name === profile.provider);
        return provider && <Fields profile={profile} provider={provider} />;
      }}
    </Loaded>
  );
}

function Fields({ profile, provider }: { profile: Profile; provider: Provider }) {
  const [secrets, setSecrets] = useState(blank);
  const [settings, setSettings] = useState<Record<string, string>>({});
  const [forget, setForget] = useState(false);
  const change = toChange(secrets, settings, forget);
  const save = useCommand({
    run: (_: undefined, key) => updateProfile(profile, change, key),
    title: words.credentialsTitle(profile.name),
    touches: [["packages"]],
    quietFailure: true,
    onAccepted: () => {
      setSecrets(blank);
      setSettings({});
      setForget(false);
    },
  });
  const fields = useFieldErrors(save.error);
  const input = (name: keyof Secrets, label: string, { type, ...more }: Details = secret) => (
    <Field name={name} label={label} hint={more.hint} optional>
      <Input
        type={type}
        autoComplete={type === "password" ? "new-password" : "off"}
        spellCheck={false}
        placeholder={more.placeholder}
        value={secrets[name]}
        onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })}
      />
    </Field>
  );
  const { add } = numberWords;
  return (
    <Form errors={fields} onFormSubmit={() => save.mutate(undefined)}>
      <h3 className="font-semibold">{words.credentials}</h3>
      <p className="mb-3 text-xs text-faint">{words.credentialsHint}</p>
      <div className="flex flex-col gap-4">
        {input("access_token", sentence(provider.access_token))}
        {provider.app_secret !== "unused" &&
          input("app_secret", provider.app_secret === "required" ? add.appSecret : add.webhookKey)}
        {provider.verify_token !== "unused" && input("verify_token", add.verifyToken)}
        {input("base_url", add.baseUrl, {
          type: "url",
          hint: words.baseUrlHint,
          placeholder: provider.base_url ?? undefined,
        })}
      </div>
      <MoreSettings provider={provider} values={settings} errors={fields} onChange={setSettings} />
      {change.settings && <p className="mt-2 text-xs text-warn">{words.settingsReplace}</p>}
      {provider.settings.length > 0 && (
        <Checkbox
          className="mt-2"
          label={words.settingsForget}
          checked={forget}
          onChange={(event) => setForget(event.target.checked)}
        />
      )}
      {save.error && Object.keys(fields).length === 0 && (
        <div className="mt-4">
          <Refusal>{explain(save.error)}</Refusal>
        </div>
      )}
      <DialogActions>
        <Button
          type="submit"
          look="primary"
          pending={save.isPending}
          reason={Object.keys(change).length === 0 && words.unchanged}
        >
          {words.save}
        </Button>
      </DialogActions>
    </Form>
  );
}

/** Only what was entered; no settings at all, where those that are there are to be forgotten. */
function toChange(
  secrets: Secrets,
  settings: Record<string, string>,
  forget: boolean,
): ProfileChange {
  const said = (values: Record<string, string>) =>
    Object.entries(values).flatMap(([key, value]) => (value.trim() ? [[key, value.trim()]] : []));
  const more = said(settings);
  return {
    ...Object.fromEntries(said(secrets)),
    ...((forget || more.length > 0) && { settings: Object.fromEntries(more) }),
  };
}
