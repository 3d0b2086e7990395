import { Form } from "@base-ui/react/form";
import type { ReactNode } from "react";
import type { Package } from "@/api/types";
import { BeginFields } from "@/components/begin-fields";
import { ConsentPolicy } from "@/components/consent-policy";
import { packageSaid } from "@/components/pace";
import { StrategyFields } from "@/components/strategy-fields";
import { Field, Input, TextArea } from "@/components/ui/field";
import { Panel } from "@/components/ui/page";
import { Select } from "@/components/ui/plain-field";
import { useMe } from "@/components/use-me";
import { COUNTRIES, countryName } from "@/i18n/countries";
import { sendWords as words } from "@/i18n/en/send-words";
import { ContactPicker } from "./contact-picker";
import { LONGEST, type SendDraft } from "./draft";

type Props = {
  pack: Package;
  draft: SendDraft;
  zone: string;
  /** What the server says of fields. */
  errors: Record<string, string>;
  onChange: (part: Partial<SendDraft>) => void;
  onSend: () => void;
  /** Beside the fields: what they come to, and the button. */
  summary: ReactNode;
};

/** To whom, what, how fast, and on what ground. */
export function SendForm({ pack, draft, zone, errors, onChange, onSend, summary }: Props) {
  return (
    <Form
      errors={errors}
      onFormSubmit={onSend}
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]"
    >
      <div className="flex min-w-0 flex-col gap-4">
        <Part title={words.who}>
          <Field name="recipients" label={words.numbers} hint={words.numbersHint}>
            <TextArea
              rows={5}
              spellCheck={false}
              className="tnum font-mono"
              value={draft.pasted}
              onChange={(event) => onChange({ pasted: event.target.value })}
            />
          </Field>
          <Country value={draft.country} onChange={(country) => onChange({ country })} />
          <ContactPicker chosen={draft.chosen} onChange={(chosen) => onChange({ chosen })} />
        </Part>
        <Part title={words.what}>
          <Field
            name="text"
            label={words.text}
            hint={
              draft.text.length > LONGEST * 0.8
                ? words.characters(draft.text.length)
                : words.textHint
            }
          >
            <TextArea
              rows={5}
              value={draft.text}
              onChange={(event) => onChange({ text: event.target.value })}
            />
          </Field>
          <Field name="name" label={words.name} hint={words.nameHint} optional>
            <Input
              maxLength={200}
              value={draft.name}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          </Field>
        </Part>
        <Part title={words.how}>
          <StrategyFields
            name="strategy"
            minutesName="options.drip_interval_minutes"
            legend={words.strategy}
            value={draft.strategy}
            minutes={draft.minutes}
            ofPackage={packageSaid(pack)}
            onChange={(strategy, minutes) => onChange({ strategy, minutes })}
          />
          <BeginFields at={draft.at} zone={zone} onChange={(at) => onChange({ at })} />
        </Part>
        <Part title={words.ground}>
          <p className="text-soft">{words.groundLead}</p>
          <ConsentPolicy />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="consent.source" label={words.source} hint={words.sourceHint} optional>
              <Input
                maxLength={200}
                value={draft.source}
                onChange={(event) => onChange({ source: event.target.value })}
              />
            </Field>
            <Field name="consent.proof" label={words.proof} hint={words.proofHint} optional>
              <Input
                maxLength={500}
                value={draft.proof}
                onChange={(event) => onChange({ proof: event.target.value })}
              />
            </Field>
          </div>
        </Part>
      </div>
      {summary}
    </Form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title} label={title}>
      <div className="flex flex-col gap-4 p-4">{children}</div>
    </Panel>
  );
}

function Country({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const own = useMe().tenant.default_country;
  return (
    <Field name="default_country" label={words.country} className="sm:max-w-72">
      <Select
        aria-label={words.country}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{own ? words.countryOwn(countryName(own)) : words.countryNone}</option>
        {COUNTRIES.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
