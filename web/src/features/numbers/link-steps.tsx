import { numberWords } from "@/i18n/en/number-words";

/** What the person with the phone does. */
export function LinkSteps() {
  return (
    <ol className="flex flex-col gap-2">
      {numberWords.linking.steps.map((step, index) => (
        <li key={step} className="flex gap-2.5">
          <span
            aria-hidden="true"
            className="tnum flex size-5 shrink-0 items-center justify-center rounded-full bg-hover text-2xs font-semibold text-soft"
          >
            {index + 1}
          </span>
          <span className="text-soft">{step}</span>
        </li>
      ))}
    </ol>
  );
}
