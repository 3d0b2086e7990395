import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { updatePackage } from "@/api/packages";
import { ApiError } from "@/api/problem";
import type { Distribution, Package } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { isDrip } from "@/components/strategies";
import { StrategyFields } from "@/components/strategy-fields";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { numberWords as words } from "@/i18n/en/number-words";
import { paceWords } from "@/i18n/en/pace-words";
import { isWhole } from "./hours";
import { HoursEditor } from "./hours-editor";
import { LimitFields } from "./limit-fields";
import { type SettingsText, toSettings, toText } from "./settings-form";

const DISTRIBUTIONS = Object.keys(words.distributions) as Distribution[];

export default function SettingsDialog({ pack, onClose }: { pack: Package; onClose: () => void }) {
  const { tenant } = useMe();
  // What was opened is what is changed: somebody else's change meanwhile is not overwritten.
  const [opened] = useState(pack);
  const [name, setName] = useState(pack.name);
  const [distribution, setDistribution] = useState<Distribution>(pack.distribution);
  const [form, setForm] = useState(() => toText(pack.settings));
  const save = useCommand({
    run: (_: undefined, key) =>
      updatePackage(opened, { name: name.trim(), distribution, settings: toSettings(form) }, key),
    title: words.settingsTitle(pack.name),
    touches: [["packages"], ["campaigns", "forecast"]],
    quietFailure: true,
    onAccepted: onClose,
  });
  const fields = useFieldErrors(save.error);
  const set = (part: Partial<SettingsText>) => setForm({ ...form, ...part });
  const missing = whatIsMissing(form);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={words.settingsTitle(pack.name)}
      description={words.settingsHint}
    >
      <Form errors={fields} onFormSubmit={() => !missing && save.mutate(undefined)}>
        <div className="flex flex-col gap-6">
          <Field name="name" label={words.packageName}>
            <Input
              required
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <fieldset className="min-w-0">
            <legend className="mb-1.5 text-xs font-medium text-soft">{words.distribution}</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {DISTRIBUTIONS.map((one) => (
                <Choice
                  key={one}
                  name="distribution"
                  value={one}
                  checked={distribution === one}
                  onChoose={() => setDistribution(one)}
                  title={words.distributions[one]}
                  hint={words.distributionMeanings[one]}
                />
              ))}
            </div>
          </fieldset>
          <StrategyFields
            name="strategy"
            minutesName="settings.drip_interval_minutes"
            legend={words.strategyTitle}
            value={form.strategy}
            minutes={form.drip_minutes}
            onChange={(strategy, drip_minutes) => strategy && set({ strategy, drip_minutes })}
          />
          <HoursEditor
            value={form.hours}
            zone={tenant.time_zone ?? "UTC"}
            error={wrongHours(fields)}
            onChange={(hours) => set({ hours })}
          />
          <LimitFields form={form} onChange={set} />
        </div>
        {save.error && (
          <div className="mt-4">
            <Refusal>{refusal(save.error, fields)}</Refusal>
          </div>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={save.isPending} reason={missing}>
            {t.actions.save}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function whatIsMissing(form: SettingsText): string | null {
  if (Number(form.jitter_max_ms) < Number(form.jitter_min_ms)) return words.jitterOrder;
  if (form.strategy === "drip" && !isDrip(form.drip_minutes)) return paceWords.minutesNeeded;
  if (form.hours && form.hours.windows.length === 0) return words.hours.none;
  if (form.hours && !form.hours.windows.every(isWhole)) return words.hours.needed;
  return null;
}

const wrongHours = (fields: Record<string, string>): string | undefined =>
  Object.entries(fields).find(([field]) => field.startsWith("settings.active_hours"))?.[1];

/** What is not about one field, and a conflict, are said once below the form. */
function refusal(error: unknown, fields: Record<string, string>): string {
  if (error instanceof ApiError && error.code === "version_conflict") return words.changedElsewhere;
  return Object.values(fields).join(" ") || explain(error);
}
