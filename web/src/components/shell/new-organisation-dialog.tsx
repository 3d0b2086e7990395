import { Form } from "@base-ui/react/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { createOrganisation } from "@/api/organisation";
import { ApiError } from "@/api/problem";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useFormKey } from "@/components/use-form-key";
import { t } from "@/i18n/catalogue";
import { useSwitch } from "./use-switch";

/** Makes a further organisation and goes there. */
export default function NewOrganisationDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [key, renewKey] = useFormKey();
  const change = useSwitch();
  const create = useMutation({
    mutationFn: async () => {
      const { data } = await createOrganisation(name.trim(), key);
      await change.mutateAsync(data.id);
    },
    onSuccess: onClose,
  });
  const fields = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.tenants.createTitle}
      description={t.tenants.createLead}
    >
      <Form errors={fields} onFormSubmit={() => create.mutate()}>
        <Field name="business_name" label={t.auth.business}>
          <Input
            required
            maxLength={120}
            autoComplete="off"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              // Another name is another organisation.
              renewKey();
            }}
          />
        </Field>
        {create.error && Object.keys(fields).length === 0 && (
          <p role="alert" className="mt-4 rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(create.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={create.isPending}>
            {t.tenants.createAction}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
