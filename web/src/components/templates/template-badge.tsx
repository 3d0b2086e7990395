import type { ProviderTemplate } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { templateWords as words } from "@/i18n/en/template-words";
import { standing } from "./template";

const tones: Record<string, Tone> = {
  approved: "good",
  active: "good",
  pending: "info",
  in_appeal: "info",
  rejected: "bad",
  paused: "warn",
  disabled: "bad",
  limit_exceeded: "warn",
};

/** A word that the catalogue does not have, as the provider writes it. */
export const said = (known: Record<string, string>, word: string): string =>
  known[word] ?? word.replaceAll("_", " ");

export function TemplateBadge({ template }: { template: ProviderTemplate }) {
  const state = standing(template);
  return (
    <Badge tone={tones[state] ?? "neutral"} dot className="first-letter:uppercase">
      {said(words.statuses, state)}
    </Badge>
  );
}
