import type { Profile, Rating } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { Gauge } from "@/components/ui/gauge";
import { t } from "@/i18n/catalogue";
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

type PeopleProps = {
  profile: Profile;
  /** Says what is counted, where there is room for it. */
  explained?: boolean;
};

/** How much of the messaging limit is used, by all numbers that share it; nothing without such a limit. */
export function PeopleGauge({ profile: { quality }, explained }: PeopleProps) {
  const { messaging_limit: limit, used_of_account: used, account } = quality;
  if (limit === null || limit < 0) return null;
  return (
    <div className="col-span-full">
      <Gauge
        label={account === null ? words.peopleIn24Hours : words.peopleOfAccount}
        used={used ?? 0}
        limit={limit}
        unlimited={t.numbers.unlimited}
      />
      {explained && account !== null && (
        <p className="tnum mt-1 text-xs text-faint">
          {words.drawer.peopleShared(used ?? 0, limit)}
        </p>
      )}
    </div>
  );
}

/** To how many people the provider lets it write; nothing where it does not say. */
export function messagingLimit({ messaging_limit: limit }: Profile["quality"]): string | null {
  if (limit === null) return null;
  return limit < 0 ? words.anyNumberOfPeople : words.peoplePerDay(limit);
}
