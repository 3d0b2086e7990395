import type { Audience, Campaign, CampaignDraft, ForecastRequest } from "@/api/types";

/** A campaign in the making, in the words of the URL that restores it. */
export type Draft = { name: string; audience: string; text: string; package: string };

export type WizardSearch = Partial<Draft> & { step?: number; draft?: string };

export const BLANK: Draft = { name: "", audience: "all", text: "", package: "" };

const text = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export function readSearch(search: Record<string, unknown>): WizardSearch {
  const step = Number(search.step);
  return {
    step: Number.isInteger(step) && step >= 1 && step <= 4 ? step : undefined,
    draft: text(search.draft),
    name: text(search.name),
    audience: text(search.audience),
    text: text(search.text),
    package: text(search.package),
  };
}

export function toAudience(choice: string): Audience | null {
  if (choice === "all") return { all: true };
  if (choice.startsWith("list:")) return choice.length > 5 ? { list_id: choice.slice(5) } : null;
  const tags = tagsOf(choice);
  return tags.length > 0 ? { tags } : null;
}

export function fromAudience(audience: Audience): string {
  if ("all" in audience) return "all";
  if ("list_id" in audience) return `list:${audience.list_id}`;
  return `tags:${audience.tags.join(",")}`;
}

export function tagsOf(choice: string): string[] {
  return choice.startsWith("tags:") ? choice.slice(5).split(",").filter(Boolean) : [];
}

export function fromCampaign(campaign: Campaign): Draft {
  return {
    name: campaign.name,
    audience: fromAudience(campaign.audience),
    text: campaign.template_text,
    package: campaign.package_id ?? "",
  };
}

export function toForecast(draft: Draft): ForecastRequest | null {
  const audience = toAudience(draft.audience);
  if (!audience) return null;
  // Before the text is written the audience alone is asked about; any text will do.
  const template_text = draft.text.trim() ? draft.text : "…";
  return { audience, template_text, package_id: draft.package || null };
}

export function toCampaign(draft: Draft): CampaignDraft | null {
  const audience = toAudience(draft.audience);
  if (!audience || !draft.name.trim() || !draft.text.trim() || !draft.package) return null;
  return {
    name: draft.name.trim(),
    audience,
    template_text: draft.text,
    package_id: draft.package,
  };
}

/** A name, and after a bar what stands there for those who lack it. */
const VARIABLE = /\{\{\s*([\p{L}\p{N}_.-][\p{L}\p{N}_. -]*?)\s*(?:\|[^}]*)?\}\}/gu;

/** The text as pieces, those in double braces being variables. */
export function pieces(template: string): { text: string; variable: string | null }[] {
  const found: { text: string; variable: string | null }[] = [];
  let at = 0;
  for (const match of template.matchAll(VARIABLE)) {
    if (match.index > at) found.push({ text: template.slice(at, match.index), variable: null });
    found.push({ text: match[0], variable: match[1] ?? null });
    at = match.index + match[0].length;
  }
  if (at < template.length) found.push({ text: template.slice(at), variable: null });
  return found;
}
