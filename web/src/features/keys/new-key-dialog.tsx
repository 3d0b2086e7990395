import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { makeKey } from "@/api/keys";
import { ApiError } from "@/api/problem";
import type { NewApiKey, Permission } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { endOf, type Term } from "./expiry";
import { ExpiryField } from "./expiry-field";
import { ScopeBoxes } from "./scope-boxes";
import { offered } from "./scopes";
import { type Shown, useKeyCommand } from "./use-key-command";

type Props = { onClose: () => void; onShow: (shown: Shown) => void };

export default function NewKeyDialog({ onClose, onShow }: Props) {
  const me = useMe();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Permission[]>([]);
  const [expiry, setExpiry] = useState<{ term: Term; date: string }>({ term: "never", date: "" });
  const end = endOf(expiry.term, expiry.date);
  const make = useKeyCommand({
    run: (body: NewApiKey, key, reveal) => makeKey(body, key, reveal),
    title: t.apiKeys.makeOf,
    onShow,
  });
  const wrongName = make.error instanceof ApiError ? make.error.fields.name : undefined;
  const missing =
    (scopes.length === 0 && t.apiKeys.noScopes) || (end === undefined && t.apiKeys.noDay);
  const submit = () => {
    if (missing || make.isPending) return;
    make.mutate({ name: name.trim(), scopes, ...(end && { expires_at: end.toISOString() }) });
  };
  return (
    <Dialog
      open
      wide
      // The answer shows the key; closed meanwhile, there would be nowhere to show it.
      locked={make.isPending}
      onOpenChange={onClose}
      title={t.apiKeys.createTitle}
      description={t.apiKeys.createLead}
    >
      <Form
        className="flex flex-col gap-4"
        errors={wrongName ? { name: wrongName } : {}}
        onFormSubmit={submit}
      >
        <Field name="name" label={t.apiKeys.name} hint={t.apiKeys.nameHint}>
          <Input
            required
            maxLength={120}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <ScopeBoxes offered={offered(me)} chosen={scopes} onChange={setScopes} />
        <ExpiryField {...expiry} end={end} onChange={setExpiry} />
        {make.error && !wrongName && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(make.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" reason={make.isPending && t.apiKeys.making} onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" reason={missing} pending={make.isPending}>
            {t.apiKeys.createAction}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
