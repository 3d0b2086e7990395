import { Field as Base } from "@base-ui/react/field";
import { Check, Circle, Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n/catalogue";
import { buttonStyle } from "./ui/button";
import { cn } from "./ui/class-names";
import { Field } from "./ui/field";
import { inputStyle } from "./ui/plain-field";

export type Rule = { label: string; met: boolean };

/** Where the email is not known, the server alone looks whether the password contains it. */
export function passwordRules(password: string, email?: string): Rule[] {
  const name = email?.split("@")[0]?.toLowerCase() ?? "";
  const notEmail = {
    label: t.auth.ruleNotEmail,
    met: password !== "" && (name.length < 3 || !password.toLowerCase().includes(name)),
  };
  return [
    { label: t.auth.ruleLength, met: password.length >= 10 },
    ...(email === undefined ? [] : [notEmail]),
    { label: t.auth.ruleNotOne, met: new Set(password).size > 1 },
  ];
}

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** By which the server names it when it refuses it. */
  name?: string;
  label?: string;
  fresh?: boolean;
  rules?: Rule[];
};

export function PasswordField({
  value,
  onChange,
  name = "password",
  label = t.auth.password,
  fresh,
  rules,
}: Props) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field name={name} label={label}>
      <div className="relative">
        <Base.Control
          type={shown ? "text" : "password"}
          autoComplete={fresh ? "new-password" : "current-password"}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={cn(inputStyle, "h-10 pe-10 text-base")}
        />
        <button
          type="button"
          aria-label={shown ? t.auth.hide : t.auth.show}
          onClick={() => setShown(!shown)}
          className={cn(
            buttonStyle({ look: "quiet", size: "icon-sm" }),
            "absolute end-1.5 top-1.5",
          )}
        >
          <Icon aria-hidden="true" className="size-4" />
        </button>
      </div>
      {rules && (
        <ul aria-label={t.auth.rules} className="mt-1 flex flex-col gap-0.5">
          {rules.map((rule) => (
            <li
              key={rule.label}
              className={cn(
                "flex items-center gap-1.5 text-xs",
                rule.met ? "text-good" : "text-faint",
              )}
            >
              {rule.met ? (
                <Check aria-hidden="true" className="size-3.5" />
              ) : (
                <Circle aria-hidden="true" className="size-3.5 p-0.5" />
              )}
              {rule.label}
            </li>
          ))}
        </ul>
      )}
    </Field>
  );
}
