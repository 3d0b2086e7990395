import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { updatePackage } from "@/api/packages";
import { ApiError } from "@/api/problem";
import type { Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { type SettingsText, toSettings, toText } from "./settings-form";

export default function SettingsDialog({ pack, onClose }: { pack: Package; onClose: () => void }) {
  const [name, setName] = useState(pack.name);
  const [form, setForm] = useState(() => toText(pack.settings));
  const save = useCommand({
    run: (_: undefined) => updatePackage(pack, name.trim(), toSettings(form)),
    title: t.numbers.settingsTitle(pack.name),
    touches: [["packages"], ["campaigns", "forecast"]],
    quietFailure: true,
    onAccepted: onClose,
  });
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  const reversed = Number(form.jitter_max_ms) < Number(form.jitter_min_ms);
  const number = (key: keyof SettingsText, label: string, min: number, required = false) => (
    <Field name={key} label={label} hint={required ? undefined : t.numbers.emptyNoLimit}>
      <Input
        type="number"
        inputMode="numeric"
        min={min}
        step={key === "cooldown_seconds" ? "any" : 1}
        required={required}
        className="tnum"
        value={form[key]}
        onChange={(event) => setForm({ ...form, [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={t.numbers.settingsTitle(pack.name)}
      description={t.numbers.settingsHint}
    >
      <Form errors={fields} onFormSubmit={() => !reversed && save.mutate(undefined)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field name="name" label={t.numbers.packageName} className="sm:col-span-2">
            <Input required value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          {number("hourly_limit", t.numbers.hourly, 1)}
          {number("daily_limit", t.numbers.daily, 1)}
          {number("rate_per_minute", t.numbers.rate, 1)}
          {number("cap_per_campaign", t.numbers.cap, 1)}
          {number("jitter_min_ms", t.numbers.jitterMin, 0, true)}
          {number("jitter_max_ms", t.numbers.jitterMax, 0, true)}
          {number("cooldown_seconds", t.numbers.cooldown, 0, true)}
        </div>
        {save.error && Object.keys(fields).length === 0 && (
          <p role="alert" className="mt-4 rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(save.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button
            type="submit"
            look="primary"
            pending={save.isPending}
            reason={reversed && t.numbers.jitterOrder}
          >
            {t.actions.save}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
