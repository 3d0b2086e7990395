import { Form } from "@base-ui/react/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeable, changeOrganisation, organisation } from "@/api/organisation";
import { ApiError } from "@/api/problem";
import type { BusinessType, Organisation, OrganisationChange } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Field, Input, TextArea } from "@/components/ui/field";
import { Select } from "@/components/ui/plain-field";
import { explain, toastFailure } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { ZoneOptions } from "@/components/zone-options";
import { t } from "@/i18n/catalogue";
import { COUNTRIES } from "@/i18n/countries";
import { isChanged, toChange } from "./profile-form";

const KINDS = Object.entries(t.organisation.businessTypes) as [BusinessType, string][];

/** What was opened stays under the hands of who edits it; a newer state is taken while nothing is changed. */
export function ProfileEditor({ present }: { present: Organisation }) {
  const words = t.organisation;
  const [opened, setOpened] = useState(present);
  const [form, setForm] = useState(() => changeable(present));
  const open = (next: Organisation) => {
    setOpened(next);
    setForm(changeable(next));
  };
  const changed = isChanged(form, opened);
  if (!changed && present.version > opened.version) open(present);
  const client = useQueryClient();
  const save = useCommand({
    run: (_: undefined, key) => changeOrganisation(opened, toChange(form), key),
    title: words.profile,
    touches: [["organisation"], ["me"]],
    quietFailure: true,
    onAccepted: ({ data }) => open(data),
  });
  const takeTheirs = async () => {
    try {
      open(await client.fetchQuery({ ...organisation(opened.id), staleTime: 0 }));
      save.reset();
    } catch (error) {
      toastFailure(words.takeTheirs, error);
    }
  };
  const set = (part: Partial<OrganisationChange>) => setForm({ ...form, ...part });
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  return (
    <Form errors={fields} onFormSubmit={() => save.mutate(undefined)}>
      <p className="px-4 pt-3 text-soft">{words.lead}</p>
      <div className="grid gap-4 p-4 sm:grid-cols-2">
        <Field name="name" label={words.name}>
          <Input
            required
            maxLength={120}
            autoComplete="organization"
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <Field name="business_type" label={words.businessType}>
          <Select
            aria-label={words.businessType}
            value={form.business_type}
            onChange={(event) => set({ business_type: event.target.value as BusinessType })}
          >
            {KINDS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field name="industry" label={words.industry} optional>
          <Input
            maxLength={120}
            value={form.industry}
            onChange={(event) => set({ industry: event.target.value })}
          />
        </Field>
        <Field name="website" label={words.website} hint={words.websiteHint} optional>
          <Input
            inputMode="url"
            autoComplete="url"
            spellCheck={false}
            maxLength={200}
            value={form.website}
            onChange={(event) => set({ website: event.target.value })}
          />
        </Field>
        <Field name="description" label={words.description} optional className="sm:col-span-2">
          <TextArea
            maxLength={1000}
            value={form.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        </Field>
        <Field name="default_country" label={words.country} hint={words.countryHint}>
          <Select
            aria-label={words.country}
            value={form.default_country}
            onChange={(event) => set({ default_country: event.target.value })}
          >
            <option value="">{words.noCountry}</option>
            {COUNTRIES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field name="time_zone" label={words.zone}>
          <Select
            aria-label={words.zone}
            value={form.time_zone}
            onChange={(event) => set({ time_zone: event.target.value })}
          >
            <ZoneOptions chosen={opened.time_zone} />
          </Select>
        </Field>
        <Field
          name="uncertain_policy"
          label={words.uncertain}
          hint={words.uncertainHint}
          className="sm:col-span-2"
        >
          <Select
            aria-label={words.uncertain}
            className="sm:max-w-96"
            value={form.uncertain_policy ?? "hold"}
            onChange={(event) =>
              set({ uncertain_policy: event.target.value as Organisation["uncertain_policy"] })
            }
          >
            {Object.entries(words.uncertainChoices).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          name="consent_policy"
          label={words.consentPolicy}
          hint={words.consentPolicyHint}
          optional
          className="sm:col-span-2"
        >
          <TextArea
            maxLength={4000}
            className="min-h-32"
            value={form.consent_policy}
            onChange={(event) => set({ consent_policy: event.target.value })}
          />
        </Field>
      </div>
      {save.error && Object.keys(fields).length === 0 && (
        <Refused error={save.error} onTakeTheirs={() => void takeTheirs()} />
      )}
      <footer className="flex justify-end border-t px-4 py-3">
        <Button
          type="submit"
          look="primary"
          pending={save.isPending}
          reason={!changed && words.unchanged}
        >
          {words.save}
        </Button>
      </footer>
    </Form>
  );
}

function Refused({ error, onTakeTheirs }: { error: unknown; onTakeTheirs: () => void }) {
  const conflict = error instanceof ApiError && error.code === "version_conflict";
  return (
    <div
      role="alert"
      className="mx-4 mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-bad-wash px-3 py-2 text-bad"
    >
      <p className="min-w-0 flex-1 basis-60">
        {conflict ? t.organisation.conflict : explain(error)}
      </p>
      {conflict && (
        <Button size="sm" onClick={onTakeTheirs}>
          {t.organisation.takeTheirs}
        </Button>
      )}
    </div>
  );
}
