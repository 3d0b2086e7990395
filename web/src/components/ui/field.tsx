import { Field as Base } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { t } from "@/i18n/catalogue";
import { cn } from "./class-names";

export const inputStyle =
  "h-8 w-full min-w-0 rounded-[7px] border border-edge/60 bg-surface px-2.5 text-sm text-ink placeholder:text-faint hover:border-edge focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent-ink data-invalid:border-bad aria-invalid:border-bad disabled:opacity-60";

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
      <Base.Error match="valueMissing" className="text-xs text-bad">
        {t.form.required}
      </Base.Error>
      <Base.Error match="typeMismatch" className="text-xs text-bad">
        {t.form.wrongFormat}
      </Base.Error>
      <Base.Error match="tooShort" className="text-xs text-bad">
        {t.form.tooShort}
      </Base.Error>
      <Base.Error match="patternMismatch" className="text-xs text-bad">
        {t.form.wrongFormat}
      </Base.Error>
      <Base.Error match="rangeUnderflow" className="text-xs text-bad">
        {t.form.tooSmall}
      </Base.Error>
      <Base.Error match="customError" className="text-xs text-bad" />
    </Base.Root>
  );
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

/** The platform's own list: it works with every keyboard, reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <select {...rest} className={cn(inputStyle, "chevron appearance-none pe-7", className)}>
      {children}
    </select>
  );
}

export function Checkbox({
  label,
  className,
  ...rest
}: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className={cn("flex cursor-pointer items-start gap-2 text-sm", className)}>
      <input {...rest} type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span>{label}</span>
    </label>
  );
}
