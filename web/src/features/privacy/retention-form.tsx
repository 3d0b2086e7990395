import { Form } from "@base-ui/react/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeable, changeOrganisation } from "@/api/organisation";
import { ApiError } from "@/api/problem";
import type { Organisation } from "@/api/team-types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { daysOf, LONGEST } from "./days";

export function RetentionForm({ present }: { present: Organisation }) {
  const words = t.privacy;
  // Until something is typed, what holds is shown, whoever changes it.
  const [own, setOwn] = useState<string | null>(null);
  const typed = own ?? String(present.retention_days);
  const client = useQueryClient();
  const mayNot = useWhyNot("settings.write");
  const days = daysOf(typed);
  const save = useCommand({
    run: async (retention_days: number, key) => {
      try {
        return await changeOrganisation(present, { ...changeable(present), retention_days }, key);
      } catch (error) {
        // The next try is over the state that was in the way.
        if (isConflict(error)) await client.invalidateQueries({ queryKey: ["organisation"] });
        throw error;
      }
    },
    title: words.saveTitle,
    touches: [["organisation"], ["privacy", "retention"]],
    quietFailure: true,
    onAccepted: () => setOwn(null),
  });
  const fields = useFieldErrors(save.error);
  const reason =
    mayNot ||
    (days === null && words.daysWrong) ||
    (days === present.retention_days && words.unchanged);
  return (
    <Form
      className="flex flex-col gap-3 p-4"
      errors={fields}
      onFormSubmit={() => days !== null && !reason && save.mutate(days)}
    >
      <div className="flex flex-wrap items-start gap-3">
        <Field name="retention_days" label={words.days} hint={words.daysHint} className="w-32">
          <Input
            type="number"
            inputMode="numeric"
            required
            min={1}
            max={LONGEST}
            step={1}
            className="tnum"
            value={typed}
            onChange={(event) => setOwn(event.target.value)}
          />
        </Field>
        <Button
          type="submit"
          look="primary"
          className="mt-5"
          pending={save.isPending}
          reason={reason}
        >
          {words.save}
        </Button>
      </div>
      {days !== null && days < present.retention_days && (
        <p role="status" className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
          {words.shorter}
        </p>
      )}
      {save.error && Object.keys(fields).length === 0 && (
        <Refusal>{isConflict(save.error) ? words.conflict : explain(save.error)}</Refusal>
      )}
    </Form>
  );
}

const isConflict = (error: unknown) =>
  error instanceof ApiError && error.code === "version_conflict";
