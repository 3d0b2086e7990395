import { Form } from "@base-ui/react/form";
import { X } from "lucide-react";
import { useState } from "react";
import { changeContact } from "@/api/contacts";
import type { Contact } from "@/api/types";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { splitTags } from "./tags";

type Row = { id: number; name: string; value: string };

export function ContactEdit({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const [name, setName] = useState(contact.name ?? "");
  const [tags, setTags] = useState(contact.tags.join(", "));
  const [rows, setRows] = useState<Row[]>(() =>
    Object.entries(contact.fields).map(([field, value], id) => ({ id, name: field, value })),
  );
  const save = useCommand({
    run: (_: undefined) =>
      changeContact(contact, {
        name: name.trim(),
        tags: splitTags(tags),
        fields: Object.fromEntries(
          rows.filter((r) => r.name.trim()).map((r) => [r.name.trim(), r.value]),
        ),
      }),
    title: t.contacts.edit,
    touches: [["contacts"]],
    quietFailure: true,
    onAccepted: onDone,
  });
  const change = (id: number, part: Partial<Row>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <Form className="flex flex-col gap-4" onFormSubmit={() => save.mutate(undefined)}>
      <Field name="name" label={t.contacts.name} optional>
        <Input value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      <Field name="tags" label={t.contacts.tags} hint={t.contacts.tagsHint} optional>
        <Input value={tags} onChange={(e) => setTags(e.target.value)} />
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-xs font-medium text-soft">{t.contacts.fields}</legend>
        {rows.map((row) => (
          <div key={row.id} className="flex gap-2">
            <Input
              aria-label={t.contacts.fieldName}
              value={row.name}
              onChange={(e) => change(row.id, { name: e.target.value })}
            />
            <Input
              aria-label={t.contacts.fieldValue}
              value={row.value}
              onChange={(e) => change(row.id, { value: e.target.value })}
            />
            <Button
              look="quiet"
              size="icon"
              aria-label={`${t.actions.remove} ${row.name}`}
              onClick={() => setRows(rows.filter((r) => r.id !== row.id))}
            >
              <X aria-hidden="true" className="size-4" />
            </Button>
          </div>
        ))}
        <Button
          size="sm"
          className="self-start"
          onClick={() =>
            setRows([
              ...rows,
              { id: Math.max(-1, ...rows.map((r) => r.id)) + 1, name: "", value: "" },
            ])
          }
        >
          {t.contacts.addField}
        </Button>
      </fieldset>
      {save.error && (
        <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
          {explain(save.error)}
        </p>
      )}
      <DialogActions>
        <Button look="quiet" onClick={onDone}>
          {t.actions.cancel}
        </Button>
        <Button type="submit" look="primary" pending={save.isPending}>
          {t.actions.save}
        </Button>
      </DialogActions>
    </Form>
  );
}
