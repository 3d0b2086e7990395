import { Form } from "@base-ui/react/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providerList, updateProfile } from "@/api/packages";
import type { Profile, ProfileChange, Provider } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Loaded } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { numberWords } from "@/i18n/en/number-words";
import { MoreSettings, sentence } from "./number-fields";

const words = numberWords.change;
const blank = { access_token: "", app_secret: "", verify_token: "", base_url: "" };
type Secrets = typeof blank;

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
  const change = toChange(secrets, settings);
  const save = useCommand({
    run: (_: undefined, key) => updateProfile(profile, change, key),
    title: words.credentialsTitle(profile.name),
    touches: [["packages"]],
    quietFailure: true,
    onAccepted: () => {
      setSecrets(blank);
      setSettings({});
    },
  });
  const fields = useFieldErrors(save.error);
  const input = (name: keyof Secrets, label: string, type: "password" | "url" = "password") => (
    <Field name={name} label={label} optional>
      <Input
        type={type}
        autoComplete={type === "password" ? "new-password" : "off"}
        spellCheck={false}
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
        {input("base_url", add.baseUrl, "url")}
      </div>
      <MoreSettings provider={provider} values={settings} errors={fields} onChange={setSettings} />
      {Object.values(settings).some(Boolean) && (
        <p className="mt-2 text-xs text-warn">{words.settingsReplace}</p>
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

/** Only what was entered. */
function toChange(secrets: Secrets, settings: Record<string, string>): ProfileChange {
  const said = (values: Record<string, string>) =>
    Object.entries(values).flatMap(([key, value]) => (value.trim() ? [[key, value.trim()]] : []));
  const more = said(settings);
  return {
    ...Object.fromEntries(said(secrets)),
    ...(more.length > 0 && { settings: Object.fromEntries(more) }),
  };
}
