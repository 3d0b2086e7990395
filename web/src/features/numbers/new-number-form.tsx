import { Form } from "@base-ui/react/form";
import { useEffect, useRef, useState } from "react";
import { addProfile } from "@/api/packages";
import type { Package, Provider } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Checkbox } from "@/components/ui/plain-field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";
import { numberWords } from "@/i18n/en/number-words";
import { MoreSettings } from "./more-settings";
import { hasSandbox, type NewNumber, sandboxValues, startWith, toBody } from "./new-number";
import { NumberFields } from "./number-fields";
import { ProviderNotice } from "./provider-notice";

const words = numberWords.add;

type Props = {
  pack: Package;
  provider: Provider;
  onBack: () => void;
  onClose: () => void;
  onLink: (profileId: string) => void;
};

export function NewNumberForm({ pack, provider, onBack, onClose, onLink }: Props) {
  const [form, setForm] = useState<NewNumber>(() =>
    provider.name === "sandbox" ? sandboxValues(provider) : startWith(provider),
  );
  const links = provider.abilities.links_by_qr;
  const add = useCommand({
    run: (_: undefined, key) => addProfile(pack.id, toBody(provider, form), key),
    title: numberWords.add.title,
    touches: [["packages"]],
    quietFailure: true,
    onAccepted: ({ data }) => (links ? onLink(data.id) : onClose()),
  });
  const fields = useFieldErrors(add.error);
  // The card that was pressed is gone: the keyboard goes on where it leads.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const change = (part: Partial<NewNumber>) => setForm((old) => ({ ...old, ...part }));
  return (
    <Form errors={fields} onFormSubmit={() => add.mutate(undefined)}>
      <div className="mb-3 flex items-center justify-between gap-3">
        <h3 ref={heading} tabIndex={-1} className="font-semibold outline-none">
          {provider.title}
        </h3>
        <Button size="sm" look="quiet" onClick={onBack}>
          {words.change}
        </Button>
      </div>
      {provider.notice && <ProviderNotice notice={provider.notice} className="mb-4" />}
      {hasSandbox(provider) && (
        <div className="mb-4 rounded-lg bg-accent-wash px-3 py-2.5">
          <Checkbox
            label={<span className="font-medium text-accent-ink">{words.sandbox}</span>}
            checked={form.sandbox}
            onChange={(event) =>
              setForm(event.target.checked ? sandboxValues(provider) : startWith(provider))
            }
          />
          <p className="ms-6 text-xs text-soft">
            {form.sandbox ? words.sandboxFilled : words.sandboxHint}
          </p>
        </div>
      )}
      <NumberFields provider={provider} form={form} onChange={change} />
      <MoreSettings
        provider={provider}
        values={form.settings}
        errors={fields}
        onChange={(settings) => change({ settings })}
      />
      <p className="mt-4 text-xs text-faint">{links ? words.afterLink : words.afterReady}</p>
      {add.error && Object.keys(fields).length === 0 && (
        <div className="mt-4">
          <Refusal>{explain(add.error)}</Refusal>
        </div>
      )}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t.actions.cancel}
        </Button>
        <Button type="submit" look="primary" pending={add.isPending}>
          {links ? words.next : numberWords.addProfile}
        </Button>
      </DialogActions>
    </Form>
  );
}
