import type { Profile, Rating } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { numberWords as words } from "@/i18n/en/number-words";

const tones: Record<Rating, Tone> = {
  green: "good",
  yellow: "warn",
  red: "bad",
  unknown: "neutral",
};

/** The provider's opinion of a number, where it has one. */
export function QualityBadge({ quality }: Pick<Profile, "quality">) {
  const said = quality.rating && words.ratings[quality.rating];
  return quality.rating && said ? <Badge tone={tones[quality.rating]}>{said}</Badge> : null;
}

/** To how many people the provider lets it write; nothing where it does not say. */
export function messagingLimit({ messaging_limit: limit }: Profile["quality"]): string | null {
  if (limit === null) return null;
  return limit < 0 ? words.anyNumberOfPeople : words.peoplePerDay(limit);
}
