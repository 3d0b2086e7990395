import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { eraseContact } from "@/api/privacy";
import type { Certificate, Contact } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";

type Props = {
  contact: Contact;
  onClose: () => void;
  onErased: (certificate: Certificate) => void;
};

/** Erases somebody who asks to be forgotten, once their number was typed. */
export default function EraseDialog({ contact, onClose, onErased }: Props) {
  const words = t.erasing;
  const [typed, setTyped] = useState("");
  const erase = useCommand({
    run: (_: undefined, key) => eraseContact(contact.id, contact.phone, key),
    title: words.erase,
    // The contact itself is not there to be read again.
    touches: [
      ["contacts", "list"],
      ["contacts", "tags"],
      ["contacts", "lists"],
      ["analytics"],
      ["chats"],
      ["privacy"],
    ],
    quietFailure: true,
    // The certificate says so.
    silent: true,
    onAccepted: ({ data, position }) => onErased({ ...data, position: data.position ?? position }),
  });
  const fields = useFieldErrors(erase.error);
  const confirmed = digits(typed) === digits(contact.phone);
  return (
    <Dialog
      open
      locked={erase.isPending}
      onOpenChange={onClose}
      title={words.title(contact.name || contact.phone)}
      description={words.lead}
    >
      <ul className="list-disc ps-5 text-soft">
        {words.what.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Form
        className="mt-4 flex flex-col gap-4"
        errors={fields}
        onFormSubmit={() => confirmed && erase.mutate(undefined)}
      >
        <Field name="confirm" label={words.confirm(contact.phone)}>
          <Input
            required
            type="tel"
            autoComplete="off"
            className="tnum"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
        {erase.error && Object.keys(fields).length === 0 && (
          <Refusal>{explain(erase.error)}</Refusal>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button
            type="submit"
            look="danger"
            pending={erase.isPending}
            reason={!confirmed && words.confirmNeeded}
          >
            {words.erase}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** However the blanks of a number are typed. */
const digits = (phone: string) => phone.replace(/\D/g, "");
