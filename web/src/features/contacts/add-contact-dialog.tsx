import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { addContact } from "@/api/contacts";
import { ApiError } from "@/api/problem";
import { ConsentPolicy } from "@/components/consent-policy";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { Checkbox } from "@/components/ui/plain-field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { splitTags } from "./tags";

type Props = { onClose: () => void; onOpenContact: (id: string) => void };

export default function AddContactDialog({ onClose, onOpenContact }: Props) {
  const [phone, setPhone] = useState("");
  const [name, setName] = useState("");
  const [tags, setTags] = useState("");
  const [consent, setConsent] = useState(false);
  const add = useCommand({
    run: (_: undefined, key) =>
      addContact(
        { phone: phone.trim(), name: name.trim() || undefined, tags: splitTags(tags), consent },
        key,
      ),
    title: t.contacts.saveAdd,
    touches: [["contacts"], ["analytics"]],
    quietFailure: true,
    onAccepted: () => onClose(),
  });
  const error = add.error instanceof ApiError ? add.error : null;
  const existing =
    error?.code === "contact_exists"
      ? (error.problem as { id?: string; contact_id?: string })
      : null;
  const existingId = existing?.id ?? existing?.contact_id;
  return (
    <Dialog open onOpenChange={onClose} title={t.contacts.addTitle}>
      <Form
        className="flex flex-col gap-4"
        errors={error?.fields ?? {}}
        onFormSubmit={() => add.mutate(undefined)}
      >
        <Field name="phone" label={t.contacts.phone} hint={t.contacts.phoneHint}>
          <Input
            type="tel"
            required
            autoComplete="off"
            value={phone}
            onChange={(e) => setPhone(e.target.value)}
          />
        </Field>
        <Field name="name" label={t.contacts.name} optional>
          <Input autoComplete="off" value={name} onChange={(e) => setName(e.target.value)} />
        </Field>
        <Field name="tags" label={t.contacts.tags} hint={t.contacts.tagsHint} optional>
          <Input autoComplete="off" value={tags} onChange={(e) => setTags(e.target.value)} />
        </Field>
        <div>
          <Checkbox
            label={t.contacts.consentGiven}
            checked={consent}
            onChange={(e) => setConsent(e.target.checked)}
          />
          <p className="ms-6 text-xs text-faint">{t.contacts.consentHint}</p>
        </div>
        <ConsentPolicy />
        {existing ? (
          <p
            role="alert"
            className="flex flex-wrap gap-2 rounded-lg bg-warn-wash px-3 py-2 text-warn"
          >
            {t.contacts.exists}
            {existingId && (
              <button
                type="button"
                className="font-medium underline"
                onClick={() => onOpenContact(existingId)}
              >
                {t.contacts.openExisting}
              </button>
            )}
          </p>
        ) : (
          add.error &&
          Object.keys(error?.fields ?? {}).length === 0 && (
            <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
              {explain(add.error)}
            </p>
          )
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={add.isPending}>
            {t.contacts.saveAdd}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
