import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { createPackage } from "@/api/packages";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { numberWords as words } from "@/i18n/en/number-words";

export default function NewPackageDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const create = useCommand({
    run: (_: undefined, key) => createPackage(name.trim(), key),
    title: words.addPackage,
    touches: [["packages"]],
    quietFailure: true,
    onAccepted: onClose,
  });
  return (
    <Dialog open onOpenChange={onClose} title={words.addPackage} description={words.lead}>
      <Form onFormSubmit={() => create.mutate(undefined)}>
        <Field name="name" label={words.packageName}>
          <Input
            required
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        {create.error && (
          <p role="alert" className="mt-4 rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(create.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={create.isPending}>
            {words.addPackage}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
