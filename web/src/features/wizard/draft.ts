import type {
  Audience,
  Campaign,
  CampaignDraft,
  ForecastRequest,
  Settings,
  Strategy,
} from "@/api/types";
import {
  characters,
  contentKind,
  isSilent,
  mostText,
  textMayBeEmpty,
} from "@/components/media/content";
import { isDrip, STRATEGIES } from "@/components/strategies";
import { hasEmptyPlaces } from "@/components/templates/template";
import { fromLocal, toLocal } from "@/i18n/zoned";
import type { Draft } from "./search";

export type { Draft } from "./search";

export const BLANK: Draft = {
  name: "",
  audience: "all",
  text: "",
  attachment: null,
  package: "",
  pace: "",
  at: "",
};

/** Chosen to begin later, without a time so far. */
export const LATER = "later";

/** The strategy of a draft and, of a drip, the minutes as they are typed. */
export function paceOf(pace: string): { strategy: Strategy | ""; minutes: string } {
  const [name, minutes = ""] = pace.split(":");
  return { strategy: STRATEGIES.find((strategy) => strategy === name) ?? "", minutes };
}

export const toPace = (strategy: Strategy | "", minutes: string): string =>
  strategy === "drip" ? `drip:${minutes}` : strategy;

type Spread = Pick<CampaignDraft, "waiting_strategy" | "drip_interval_minutes" | "schedule_at">;

/** How it is spread over time; nothing while something of that is missing. */
export function toSpread({ pace, at }: Pick<Draft, "pace" | "at">, zone: string): Spread | null {
  const { strategy, minutes } = paceOf(pace);
  if (strategy === "drip" && !isDrip(minutes)) return null;
  const begin = at === "" ? null : fromLocal(at, zone);
  if (at !== "" && !begin) return null;
  return {
    ...(strategy && { waiting_strategy: strategy }),
    ...(strategy === "drip" && { drip_interval_minutes: Number(minutes) }),
    ...(begin && { schedule_at: begin.toISOString() }),
  };
}

/**
 * A change of a stored draft. What is left out of a change stays as it was, so to go back to the
 * package's strategy is to name it, to begin at once is to begin no later than now, and what was
 * attached is taken away by saying so.
 */
export function overStored(
  draft: CampaignDraft,
  stored: Pick<Campaign, "waiting_strategy" | "schedule_at" | "attachment">,
  settings: Pick<Settings, "waiting_strategy" | "drip_interval_minutes"> | undefined,
  now = new Date(),
): CampaignDraft {
  const named = !draft.waiting_strategy && stored.waiting_strategy && settings;
  return {
    ...draft,
    ...(named && {
      waiting_strategy: settings.waiting_strategy,
      drip_interval_minutes: settings.drip_interval_minutes ?? undefined,
    }),
    ...(!draft.schedule_at && stored.schedule_at && { schedule_at: now.toISOString() }),
    ...(!draft.attachment && stored.attachment && { attachment: null }),
  };
}

export function toAudience(choice: string): Audience | null {
  if (choice === "all") return { all: true };
  if (choice.startsWith("list:")) return choice.length > 5 ? { list_id: choice.slice(5) } : null;
  if (choice.startsWith("contacts:")) {
    const contact_ids = choice.slice(9).split(",").filter(Boolean);
    return contact_ids.length > 0 ? { contact_ids } : null;
  }
  const tags = tagsOf(choice);
  return tags.length > 0 ? { tags } : null;
}

export function fromAudience(audience: Audience): string {
  if ("all" in audience) return "all";
  if ("list_id" in audience) return `list:${audience.list_id}`;
  if ("contact_ids" in audience) return `contacts:${audience.contact_ids.join(",")}`;
  return `tags:${audience.tags.join(",")}`;
}

export function tagsOf(choice: string): string[] {
  return choice.startsWith("tags:") ? choice.slice(5).split(",").filter(Boolean) : [];
}

export function fromCampaign(campaign: Campaign, zone: string): Draft {
  const { waiting_strategy: strategy, drip_interval_minutes: minutes } = campaign;
  const begin = campaign.schedule_at ? new Date(campaign.schedule_at) : null;
  return {
    name: campaign.name,
    audience: fromAudience(campaign.audience),
    text: campaign.template_text,
    attachment: campaign.attachment,
    package: campaign.package_id ?? "",
    pace: toPace(strategy ?? "", minutes === null ? "" : String(minutes)),
    // A time that is over is at once.
    at: begin && begin.getTime() > Date.now() ? toLocal(begin, zone) : "",
  };
}

type Said = Pick<Draft, "text" | "attachment">;

/** What is sent as text: nothing beside what cannot have one, whatever was typed before. */
export const textOf = ({ text, attachment }: Said): string =>
  isSilent(contentKind(attachment)) ? "" : text;

/** What is missing of the message itself. */
export function whatMessageLacks(draft: Said): "text" | "shorter" | "places" | null {
  const kind = contentKind(draft.attachment);
  if (draft.attachment?.type === "template" && hasEmptyPlaces(draft.attachment)) return "places";
  const text = textOf(draft);
  if (!text.trim() && !textMayBeEmpty(kind)) return "text";
  return characters(text) > mostText(kind) ? "shorter" : null;
}

export function toForecast(draft: Draft, zone: string): ForecastRequest | null {
  const audience = toAudience(draft.audience);
  if (!audience) return null;
  // Before the message is complete the audience alone is asked about; any text will do.
  const lacks = whatMessageLacks(draft);
  const complete = lacks !== "text" && lacks !== "places";
  // While the time is being typed, the rest is asked about.
  return {
    audience,
    template_text: complete ? textOf(draft) : "…",
    ...(complete && draft.attachment && { attachment: draft.attachment }),
    package_id: draft.package || null,
    ...(toSpread(draft, zone) ?? {}),
  };
}

export function toCampaign(draft: Draft, zone: string): CampaignDraft | null {
  const audience = toAudience(draft.audience);
  const spread = toSpread(draft, zone);
  if (!audience || !spread || !draft.name.trim() || !draft.package) return null;
  if (whatMessageLacks(draft)) return null;
  return {
    name: draft.name.trim(),
    audience,
    template_text: textOf(draft),
    ...(draft.attachment && { attachment: draft.attachment }),
    package_id: draft.package,
    ...spread,
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
