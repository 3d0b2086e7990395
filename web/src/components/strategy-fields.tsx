import type { ReactNode } from "react";
import type { Strategy } from "@/api/types";
import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { paceWords as words } from "@/i18n/en/pace-words";
import { STRATEGIES } from "./strategies";

type Props = {
  /** Of the radio buttons. */
  name: string;
  /** Of the field of minutes, as the server names it. */
  minutesName?: string;
  legend: ReactNode;
  value: Strategy | "";
  minutes: string;
  /** What "as the package has it" means now; without it that is no choice. */
  ofPackage?: string;
  onChange: (value: Strategy | "", minutes: string) => void;
};

/** How messages are spread over time, each way with what it means. */
export function StrategyFields(props: Props) {
  const { name, minutesName, legend, value, minutes, ofPackage, onChange } = props;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-soft">{legend}</legend>
      {ofPackage !== undefined && (
        <Choice
          name={name}
          value=""
          checked={value === ""}
          onChoose={() => onChange("", minutes)}
          title={words.ofPackage}
          hint={words.ofPackageHint(ofPackage)}
        />
      )}
      <div className="grid gap-2 sm:grid-cols-2">
        {STRATEGIES.map((strategy) => (
          <Choice
            key={strategy}
            name={name}
            value={strategy}
            checked={value === strategy}
            onChoose={() => onChange(strategy, minutes)}
            title={words.strategies[strategy]}
            hint={words.meanings[strategy]}
          >
            {strategy === "drip" && (
              <Field name={minutesName} label={words.minutes}>
                <Input
                  type="number"
                  inputMode="numeric"
                  required
                  min={1}
                  max={1440}
                  className="tnum"
                  value={minutes}
                  onChange={(event) => onChange("drip", event.target.value)}
                />
              </Field>
            )}
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}
