import { Field as Base } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { t } from "@/i18n/catalogue";
import { cn } from "./class-names";
import { inputStyle } from "./plain-field";

type FieldProps = {
  name?: string;
  label: ReactNode;
  hint?: ReactNode;
  className?: string;
  optional?: boolean;
  children: ReactNode;
};

/** A label, its control, a hint, and the message of what is wrong, all tied together. */
export function Field({ name, label, hint, className, optional, children }: FieldProps) {
  return (
    <Base.Root name={name} className={cn("flex min-w-0 flex-col gap-1", className)}>
      <Base.Label className="flex items-baseline gap-1.5 text-xs font-medium text-soft">
        {label}
        {optional && <span className="font-normal text-faint">{t.form.optional}</span>}
      </Base.Label>
      {children}
      {hint && <Base.Description className="text-xs text-faint">{hint}</Base.Description>}
      <Base.Validity>{({ validity }) => <Wrong words={wordsFor(validity)} />}</Base.Validity>
    </Base.Root>
  );
}

/** Our words for what the browser finds; without them, what the server said of this field. */
function Wrong({ words }: { words: string | undefined }) {
  return words ? (
    <Base.Error className="text-xs text-bad">{words}</Base.Error>
  ) : (
    <Base.Error className="text-xs text-bad" />
  );
}

function wordsFor(validity: Partial<Record<keyof ValidityState, boolean | null>>) {
  if (validity.valueMissing) return t.form.required;
  if (validity.typeMismatch || validity.patternMismatch) return t.form.wrongFormat;
  if (validity.tooShort) return t.form.tooShort;
  if (validity.rangeUnderflow) return t.form.tooSmall;
  if (validity.rangeOverflow) return t.form.tooLarge;
  return undefined;
}

/** A text input inside a `Field`. */
export function Input({ className, ...rest }: ComponentProps<typeof Base.Control>) {
  return <Base.Control {...rest} className={cn(inputStyle, className as string)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <Base.Control
      render={<textarea {...rest} />}
      className={cn(inputStyle, "h-auto min-h-24 resize-y py-2 leading-relaxed", className)}
    />
  );
}
