import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { packageList } from "@/api/packages";
import type { NumbersToValidate } from "@/api/types";
import { validateNumbers } from "@/api/validate";
import { numbersOf } from "@/components/pasted-numbers";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, TextArea } from "@/components/ui/field";
import { Select } from "@/components/ui/plain-field";
import { explain } from "@/components/ui/toasts";
import { useMay } from "@/components/use-may";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { COUNTRIES, countryName } from "@/i18n/countries";
import { checkWords as words } from "@/i18n/en/check-words";
import { CheckedNumbers } from "./checked-numbers";
import { reasonAgainst } from "./numbers-to-check";

/** Asks whether numbers can be written to, before anybody writes to them. */
export default function CheckNumbersDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [country, setCountry] = useState("");
  const [pack, setPack] = useState("");
  const check = useMutation({ mutationFn: (body: NumbersToValidate) => validateNumbers(body) });
  const numbers = numbersOf(text);
  const reason = reasonAgainst(numbers.length, pack !== "");
  const rows = check.data?.data.items;
  return (
    <Dialog open onOpenChange={onClose} wide title={words.title} description={words.lead}>
      {rows ? (
        <CheckedNumbers
          rows={rows}
          asked={Boolean(check.variables?.package_id)}
          onAgain={check.reset}
          onClose={onClose}
        />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason || check.isPending) return;
            check.mutate({
              numbers,
              default_country: country || undefined,
              package_id: pack || undefined,
            });
          }}
        >
          <Field label={words.numbers} hint={words.numbersHint}>
            <TextArea
              rows={7}
              spellCheck={false}
              className="tnum font-mono"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Country value={country} onChange={setCountry} />
            <AskOver value={pack} onChange={setPack} />
          </div>
          {check.error && <Refusal>{explain(check.error)}</Refusal>}
          <DialogActions>
            <Button look="quiet" onClick={onClose}>
              {t.actions.cancel}
            </Button>
            <Button type="submit" look="primary" reason={reason} pending={check.isPending}>
              {numbers.length > 0 ? words.checkN(numbers.length) : words.check}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

type ChoiceProps = { value: string; onChange: (value: string) => void };

const label = "flex flex-col gap-1 text-xs font-medium text-soft";

function Country({ value, onChange }: ChoiceProps) {
  const id = useId();
  const own = useMe().tenant.default_country;
  return (
    <label htmlFor={id} className={label}>
      {words.country}
      <Select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{own ? words.countryOwn(countryName(own)) : words.countryNone}</option>
        {COUNTRIES.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
    </label>
  );
}

function AskOver({ value, onChange }: ChoiceProps) {
  const id = useId();
  const may = useMay("numbers.read");
  const packages = useQuery({ ...packageList(), enabled: may }).data?.items ?? [];
  if (packages.length === 0) return null;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={label}>
        {words.ask}
        <Select
          id={id}
          aria-describedby={`${id}-hint`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{words.askNobody}</option>
          {packages.map((pack) => (
            <option key={pack.id} value={pack.id}>
              {pack.name}
            </option>
          ))}
        </Select>
      </label>
      <p id={`${id}-hint`} className="mt-1 text-xs text-faint">
        {words.askHint}
      </p>
    </div>
  );
}
