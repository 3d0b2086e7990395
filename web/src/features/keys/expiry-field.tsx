import { Field, Input } from "@/components/ui/field";
import { Segments } from "@/components/ui/segments";
import { t } from "@/i18n/catalogue";
import { dayOf } from "@/i18n/format";
import { TERMS, type Term } from "./expiry";

type Props = {
  term: Term;
  date: string;
  end: Date | null | undefined;
  onChange: (expiry: { term: Term; date: string }) => void;
};

export function ExpiryField({ term, date, end, onChange }: Props) {
  return (
    <div className="flex flex-col items-start gap-1">
      <p aria-hidden="true" className="text-xs font-medium text-soft">
        {t.apiKeys.expires}
      </p>
      <Segments
        label={t.apiKeys.expires}
        value={term}
        options={TERMS.map((value) => ({ value, label: t.apiKeys.terms[value] }))}
        onChange={(value) => onChange({ term: value, date })}
      />
      {term === "date" && (
        <Field label={t.apiKeys.lastDay} className="mt-1 w-44">
          <Input
            type="date"
            value={date}
            onChange={(event) => onChange({ term, date: event.target.value })}
          />
        </Field>
      )}
      <p aria-live="polite" className="text-xs text-faint">
        {end === undefined
          ? t.apiKeys.noDay
          : end === null
            ? t.apiKeys.forEver
            : t.apiKeys.until(dayOf(end.toISOString()))}
      </p>
    </div>
  );
}
