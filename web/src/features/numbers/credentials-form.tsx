import { Form } from "@base-ui/react/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { profileConnection, providerList, updateProfile } from "@/api/packages";
import type { Connection, Profile, ProfileChange, Provider } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Loaded } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { numberWords } from "@/i18n/en/number-words";
import { type ConnectionText, toConnectionChange } from "./connection";
import { MoreSettings } from "./more-settings";
import { sentence } from "./number-fields";

const words = numberWords.change;
const blank = { access_token: "", app_secret: "", verify_token: "" };
type Secrets = typeof blank;

/** How a number is connected. Secrets are never shown, so their fields begin empty. */
export function CredentialsForm({ profile }: { profile: Profile }) {
  const providers = useQuery(providerList());
  const connection = useQuery(profileConnection(profile));
  return (
    <Loaded query={providers} what={words.credentials}>
      {({ items }) => {
        const provider = items.find(({ name }) => name === profile.provider);
        return (
          provider && (
            <Loaded query={connection} what={words.credentials}>
              {(present) => <Fields profile={profile} provider={provider} present={present} />}
            </Loaded>
          )
        );
      }}
    </Loaded>
  );
}

type Props = { profile: Profile; provider: Provider; present: Connection };

function Fields({ profile, provider, present }: Props) {
  const [secrets, setSecrets] = useState(blank);
  const [touched, setTouched] = useState<ConnectionText>({});
  const { base_url, settings } = { ...present, ...touched };
  const change = { ...entered(secrets), ...toConnectionChange(touched, present) };
  const save = useCommand({
    run: (_: undefined, key) => updateProfile(profile, change, key),
    title: words.credentialsTitle(profile.name),
    touches: [["packages"]],
    quietFailure: true,
    onAccepted: () => setSecrets(blank),
  });
  const fields = useFieldErrors(save.error);
  const secret = (name: keyof Secrets, label: string) => (
    <Field name={name} label={label} optional>
      <Input
        type="password"
        autoComplete="new-password"
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
        {secret("access_token", sentence(provider.access_token))}
        {provider.app_secret !== "unused" &&
          secret("app_secret", provider.app_secret === "required" ? add.appSecret : add.webhookKey)}
        {provider.verify_token !== "unused" && secret("verify_token", add.verifyToken)}
        <Field name="base_url" label={add.baseUrl} hint={words.baseUrlHint} optional>
          <Input
            type="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={provider.base_url ?? undefined}
            value={base_url}
            onChange={(event) => setTouched({ ...touched, base_url: event.target.value })}
          />
        </Field>
      </div>
      <MoreSettings
        provider={provider}
        values={settings}
        errors={fields}
        onChange={(next) => setTouched({ ...touched, settings: next })}
      />
      {Object.values(settings).some((value) => value.trim() !== "") && (
        <Button
          size="sm"
          look="quiet"
          className="mt-2"
          onClick={() => setTouched({ ...touched, settings: {} })}
        >
          {words.settingsForget}
        </Button>
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

/** The secrets that were entered; those that were not stay as they are. */
const entered = (secrets: Secrets): ProfileChange =>
  Object.fromEntries(
    Object.entries(secrets).flatMap(([key, value]) => (value.trim() ? [[key, value.trim()]] : [])),
  );
