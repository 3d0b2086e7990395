import { Check, Minus } from "lucide-react";
import type { Provider } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { numberWords } from "@/i18n/en/number-words";

const words = numberWords.add;
const ABILITIES = Object.keys(words.abilities) as (keyof typeof words.abilities)[];

/** Who can connect a number, each with what it can do; pressing one goes on with it. */
export function ProviderCards({
  providers,
  onChoose,
}: {
  providers: Provider[];
  onChoose: (provider: Provider) => void;
}) {
  return (
    <ul aria-label={words.choose} className="grid gap-3 sm:grid-cols-2">
      {providers.map((provider) => (
        <li key={provider.name} className="flex">
          <button
            type="button"
            onClick={() => onChoose(provider)}
            className="flex w-full flex-col gap-2 rounded-[10px] border bg-surface p-3.5 text-start hover:border-accent-ink hover:bg-hover/40"
          >
            <span className="flex w-full flex-wrap items-center gap-2">
              <span className="font-semibold">{provider.title}</span>
              {provider.notice && <Badge tone="warn">{words.notRecommended}</Badge>}
            </span>
            <Abilities provider={provider} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Abilities({ provider: { abilities } }: { provider: Provider }) {
  const kinds = abilities.sends.map((kind) => words.kinds[kind] ?? kind).join(", ");
  const can = ABILITIES.filter((ability) => abilities[ability]);
  return (
    <>
      <span className="text-xs text-soft">{words.sendsOf(kinds)}</span>
      <span className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-soft">
        <Ability said={words.receipts[abilities.receipts]} lacks={abilities.receipts === "none"} />
        {can.map((one) => (
          <Ability key={one} said={words.abilities[one]} />
        ))}
      </span>
    </>
  );
}

function Ability({ said, lacks = false }: { said: string; lacks?: boolean }) {
  const Icon = lacks ? Minus : Check;
  return (
    <span className="inline-flex items-center gap-1">
      <Icon
        aria-hidden="true"
        className={cn("size-3.5 shrink-0", lacks ? "text-faint" : "text-good")}
      />
      {said}
    </span>
  );
}
