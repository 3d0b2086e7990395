import { QrCode, Trash2 } from "lucide-react";
import { useState } from "react";
import { removeProfile, setProfileActive } from "@/api/packages";
import type { Distribution, Profile } from "@/api/types";
import { LinkBadge, ProfileBadge } from "@/components/status-badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Gauge } from "@/components/ui/gauge";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { numberWords as words } from "@/i18n/en/number-words";
import { ago, clockTime } from "@/i18n/format";
import { HealthScore } from "./health-score";
import { ProviderNotice } from "./provider-notice";
import { PeopleGauge, QualityBadge } from "./quality";
import { RankField } from "./rank-field";
import type { NumbersSearch } from "./search";

type Props = {
  profile: Profile;
  distribution: Distribution;
  onGo: (search: NumbersSearch) => void;
};

/** One number: how it stands, how it does, what it has used, and what can be done with it. */
export function ProfileRow({ profile, distribution, onGo }: Props) {
  const anyNumber = profile.quality.messaging_limit === -1;
  return (
    <li className="grid items-center gap-x-6 gap-y-3 px-4 py-3.5 sm:grid-cols-2 lg:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_19rem_12.5rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <button
            type="button"
            title={words.details}
            className="max-w-full truncate font-medium hover:underline"
            onClick={() => onGo({ open: profile.id })}
          >
            {profile.name}
          </button>
          <ProfileBadge state={profile.state} />
          <LinkBadge state={profile.link.state} />
        </p>
        <p className="tnum text-xs text-faint">
          {profile.phone} · {words.providers[profile.provider]}
          {anyNumber && ` · ${words.anyNumberOfPeople}`}
        </p>
        <Why profile={profile} />
      </div>
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-1.5">
          <HealthScore profile={profile} />
          <QualityBadge quality={profile.quality} />
          {distribution === "weighted" && <RankField profile={profile} which="weight" />}
          {distribution === "priority" && <RankField profile={profile} which="priority" />}
        </p>
        <Outcomes profile={profile} />
      </div>
      <div className="grid grid-cols-2 gap-x-6 gap-y-2">
        <Gauge label={t.numbers.hour} {...profile.usage.hour} unlimited={t.numbers.unlimited} />
        <Gauge label={t.numbers.day} {...profile.usage.day} unlimited={t.numbers.unlimited} />
        <PeopleGauge profile={profile} />
      </div>
      <Actions profile={profile} onGo={onGo} />
    </li>
  );
}

function Why({ profile }: { profile: Profile }) {
  const why = [
    profile.state_reason,
    profile.cooling_until && words.until(clockTime(profile.cooling_until)),
    profile.failures_in_row > 0 && words.failuresInRow(profile.failures_in_row),
    profile.link.state === "disconnected" && profile.link.detail,
  ].filter(Boolean);
  return why.length > 0 && <p className="mt-0.5 text-xs text-warn">{why.join(" · ")}</p>;
}

function Outcomes({ profile }: { profile: Profile }) {
  const { sent, failed, uncertain } = profile.health;
  return (
    <p className="tnum text-xs text-faint">
      <span className="block text-soft">
        {words.sent(sent)}
        {failed > 0 && <span className="text-bad"> · {words.failed(failed)}</span>}
        {uncertain > 0 && <span className="text-warn"> · {words.uncertain(uncertain)}</span>}
      </span>
      {words.inFlight(profile.usage.in_flight)} ·{" "}
      {profile.last_sent_at ? words.lastSent(ago(profile.last_sent_at)) : words.neverSent}
    </p>
  );
}

function Actions({ profile, onGo }: Omit<Props, "distribution">) {
  const [removing, setRemoving] = useState(false);
  const reason = useWhyNot("numbers.write");
  // Taking a blocked number back is activating it.
  const active = profile.state === "active" || profile.state === "cooling_down";
  const toggle = useCommand({
    run: (next: boolean) => setProfileActive(profile, next),
    title: (next) =>
      next ? words.activateTitle(profile.name) : words.deactivateTitle(profile.name),
    touches: [["packages"]],
  });
  const remove = useCommand({
    run: (_: undefined) => removeProfile(profile),
    title: words.removeTitle(profile.name),
    touches: [["packages"]],
    onAccepted: () => setRemoving(false),
  });
  const { state: link } = profile.link;
  return (
    <div className="flex flex-wrap items-center justify-end gap-1 max-lg:justify-start">
      {link !== "not_needed" && (
        <Button
          size="sm"
          look={link === "linked" ? "quiet" : "primary"}
          aria-label={
            link === "linked" ? words.linking.title(profile.name) : words.linkOf(profile.name)
          }
          onClick={() => onGo({ link: profile.id })}
        >
          <QrCode aria-hidden="true" className="size-3.5" />
          {link === "linked" ? words.link : words.linkAction}
        </Button>
      )}
      <Button
        size="sm"
        reason={reason}
        pending={toggle.isPending}
        aria-label={
          active ? words.deactivateTitle(profile.name) : words.activateTitle(profile.name)
        }
        onClick={() => toggle.mutate(!active)}
      >
        {active ? words.deactivate : words.activate}
      </Button>
      <Button
        size="icon-sm"
        look="quiet"
        reason={reason}
        aria-label={`${words.remove} ${profile.name}`}
        onClick={() => setRemoving(true)}
      >
        <Trash2 aria-hidden="true" className="size-3.5" />
      </Button>
      <Dialog
        open={removing}
        onOpenChange={setRemoving}
        title={words.removeTitle(profile.name)}
        description={words.removeHint}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setRemoving(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {words.remove}
          </Button>
        </DialogActions>
      </Dialog>
    </div>
  );
}

/** The warnings of a package's providers, each once, however many numbers they have. */
export function Notices({ profiles }: { profiles: Profile[] }) {
  const notices = new Map<string, Set<string>>();
  for (const { provider, provider_notice: notice } of profiles) {
    if (!notice) continue;
    notices.set(notice, (notices.get(notice) ?? new Set()).add(words.providers[provider]));
  }
  return [...notices].map(([notice, names]) => (
    <ProviderNotice
      key={notice}
      notice={`${[...names].join(", ")}: ${notice}`}
      className="mx-4 mt-3 mb-1"
    />
  ));
}
