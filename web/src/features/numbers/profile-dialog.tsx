import type { Profile } from "@/api/types";
import { ProfileBadge } from "@/components/status-badge";
import { Copy } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { count, when } from "@/i18n/format";
import { ProviderNotice } from "./provider-notice";

type Props = { profile: Profile; onClose: () => void };

/** What identifies a number, and where its provider reports to. */
export default function ProfileDialog({ profile, onClose }: Props) {
  const webhook = `${location.origin}/hooks/cloud-api/${profile.id}`;
  return (
    <Dialog open onOpenChange={onClose} side="end" title={profile.name} description={profile.phone}>
      <div className="mb-4">
        <ProfileBadge state={profile.state} />
        {profile.state_reason && <p className="mt-1.5 text-warn">{profile.state_reason}</p>}
        {profile.provider_notice && <ProviderNotice notice={profile.provider_notice} />}
      </div>
      <dl className="divide-y border-y">
        <Definition term={t.numbers.provider}>{t.numbers.providers[profile.provider]}</Definition>
        <Definition term={t.numbers.phoneNumberId}>
          <Copy text={profile.phone_number_id} />
        </Definition>
        <Definition term={t.numbers.webhook}>
          <Copy text={webhook} />
        </Definition>
        <Definition term={t.numbers.hourly}>{limit(profile, "hourly_limit")}</Definition>
        <Definition term={t.numbers.daily}>{limit(profile, "daily_limit")}</Definition>
        {profile.last_sent_at && (
          <Definition term={t.numbers.lastSentTerm}>{when(profile.last_sent_at)}</Definition>
        )}
      </dl>
      <p className="mt-2 text-xs text-faint">{t.numbers.webhookHint}</p>
    </Dialog>
  );
}

function limit(profile: Profile, which: "hourly_limit" | "daily_limit"): string {
  const { limit } = which === "hourly_limit" ? profile.usage.hour : profile.usage.day;
  const text = limit === null ? t.numbers.unlimited : count(limit);
  return profile.overrides[which] == null ? text : t.numbers.ownLimit(text);
}
