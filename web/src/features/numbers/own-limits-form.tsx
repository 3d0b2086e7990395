import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { updateProfile } from "@/api/packages";
import type { Package, Profile } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { t } from "@/i18n/catalogue";
import { numberWords } from "@/i18n/en/number-words";
import { count } from "@/i18n/format";
import { type OwnText, toOwnChange, toOwnText } from "./own-limits";

const words = numberWords.change;

/** A number's name, phone, its own limits and its rank. */
export function OwnLimitsForm({ pack, profile }: { pack: Package; profile: Profile }) {
  const [opened, setOpened] = useState(() => toOwnText(profile));
  const [form, setForm] = useState(opened);
  const change = toOwnChange(form, opened);
  const save = useCommand({
    run: (_: undefined, key) => updateProfile(profile, change, key),
    title: words.title(profile.name),
    touches: [["packages"], ["campaigns", "forecast"]],
    quietFailure: true,
    onAccepted: () => setOpened(form),
  });
  const fields = useFieldErrors(save.error);
  const set = (key: keyof OwnText) => (event: { target: { value: string } }) =>
    setForm({ ...form, [key]: event.target.value });
  const limit = (key: "hourly_limit" | "daily_limit" | "rate_per_minute", label: string) => {
    const own = pack.settings[key];
    const present = own === null ? t.numbers.unlimited : count(own);
    return (
      <Field name={`overrides.${key}`} label={label} hint={words.asPackage(present)} optional>
        <Input type="number" min={1} className="tnum" value={form[key]} onChange={set(key)} />
      </Field>
    );
  };
  const rank = (key: "weight" | "priority", label: string, hint: string) => (
    <Field name={key} label={label} hint={hint}>
      <Input
        type="number"
        required
        min={1}
        max={1000}
        className="tnum"
        value={form[key]}
        onChange={set(key)}
      />
    </Field>
  );
  return (
    <Form errors={fields} onFormSubmit={() => save.mutate(undefined)}>
      <h3 className="mb-3 font-semibold">{words.limits}</h3>
      <div className="flex flex-col gap-4">
        <Field name="name" label={numberWords.add.name}>
          <Input required maxLength={120} value={form.name} onChange={set("name")} />
        </Field>
        <Field name="phone" label={numberWords.add.phone} hint={numberWords.add.phoneHint}>
          <Input type="tel" required value={form.phone} onChange={set("phone")} />
        </Field>
        {limit("hourly_limit", numberWords.hourly)}
        {limit("daily_limit", numberWords.daily)}
        {limit("rate_per_minute", numberWords.rate)}
        {rank("weight", numberWords.weight, numberWords.weightHint)}
        {rank("priority", numberWords.priority, numberWords.priorityHint)}
      </div>
      {save.error && (
        <div className="mt-4">
          <Refusal>{Object.values(fields).join(" ") || explain(save.error)}</Refusal>
        </div>
      )}
      <DialogActions>
        <Button
          type="submit"
          look="primary"
          pending={save.isPending}
          reason={Object.keys(change).length === 0 && words.unchanged}
        >
          {words.save}
        </Button>
      </DialogActions>
    </Form>
  );
}
