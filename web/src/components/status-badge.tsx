import type { CampaignStatus, Consent, LinkState, ProfileState, RecipientState } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { t } from "@/i18n/catalogue";

const campaignTone: Record<CampaignStatus, Tone> = {
  draft: "neutral",
  running: "accent",
  paused: "warn",
  cancelled: "neutral",
  completed: "good",
};

export function CampaignBadge({ status }: { status: CampaignStatus }) {
  return (
    <Badge tone={campaignTone[status]} dot={status === "running" ? "pulse" : true}>
      {t.campaignStatus[status]}
    </Badge>
  );
}

const messageTone: Record<RecipientState, Tone> = {
  queued: "neutral",
  sending: "info",
  sent: "info",
  delivered: "accent",
  read: "good",
  failed: "bad",
  cancelled: "neutral",
  uncertain: "warn",
};

export function MessageBadge({ status }: { status: RecipientState }) {
  return <Badge tone={messageTone[status]}>{t.status[status]}</Badge>;
}

const profileTone: Record<ProfileState, Tone> = {
  active: "good",
  inactive: "neutral",
  cooling_down: "warn",
  blocked: "bad",
};

export function ProfileBadge({ state }: { state: ProfileState }) {
  return (
    <Badge tone={profileTone[state]} dot>
      {t.profileState[state]}
    </Badge>
  );
}

const linkTone: Record<LinkState, Tone> = {
  not_needed: "neutral",
  unlinked: "warn",
  linking: "info",
  linked: "good",
  disconnected: "bad",
};

/** The device behind a number; nothing where it needs none. */
export function LinkBadge({ state }: { state: LinkState }) {
  if (state === "not_needed") return null;
  return (
    <Badge tone={linkTone[state]} dot={state === "linking" ? "pulse" : true}>
      {t.linkState[state]}
    </Badge>
  );
}

const consentTone: Record<Consent, Tone> = { granted: "good", none: "neutral", withdrawn: "bad" };

export function ConsentBadge({ consent }: { consent: Consent }) {
  return <Badge tone={consentTone[consent]}>{t.consent[consent]}</Badge>;
}
