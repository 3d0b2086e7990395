import { Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { removeProfile, setProfileActive } from "@/api/packages";
import type { Profile } from "@/api/types";
import { ProfileBadge } from "@/components/status-badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Gauge } from "@/components/ui/gauge";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { ago, clockTime } from "@/i18n/format";
import { ProviderNotice } from "./provider-notice";

const ProfileDialog = lazy(() => import("./profile-dialog"));

export function ProfileRow({ profile }: { profile: Profile }) {
  const [removing, setRemoving] = useState(false);
  const [open, setOpen] = useState(false);
  const reason = useWhyNot("numbers.write");
  // Taking a blocked number back is activating it.
  const active = profile.state === "active" || profile.state === "cooling_down";
  const toggle = useCommand({
    run: (next: boolean) => setProfileActive(profile, next),
    title: (next) =>
      next ? t.numbers.activateTitle(profile.name) : t.numbers.deactivateTitle(profile.name),
    touches: [["packages"]],
  });
  const remove = useCommand({
    run: (_: undefined) => removeProfile(profile),
    title: t.numbers.removeTitle(profile.name),
    touches: [["packages"]],
    onAccepted: () => setRemoving(false),
  });
  const why = [
    profile.state_reason,
    profile.cooling_until && t.numbers.until(clockTime(profile.cooling_until)),
    profile.failures_in_row > 0 && t.numbers.failuresInRow(profile.failures_in_row),
  ].filter(Boolean);
  return (
    <li className="grid items-center gap-x-6 gap-y-3 px-4 py-3.5 sm:grid-cols-2 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)_8.5rem_8.5rem_auto]">
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <button
            type="button"
            title={t.numbers.details}
            className="truncate font-medium hover:underline"
            onClick={() => setOpen(true)}
          >
            {profile.name}
          </button>
          <ProfileBadge state={profile.state} />
        </p>
        <p className="tnum truncate text-xs text-faint">
          {profile.phone} · {t.numbers.providers[profile.provider]}
        </p>
        {why.length > 0 && <p className="mt-0.5 text-xs text-warn">{why.join(" · ")}</p>}
        {profile.provider_notice && <ProviderNotice notice={profile.provider_notice} />}
      </div>
      <p className="tnum text-xs text-faint">
        <span className="block text-soft">
          {t.numbers.sent(profile.health.sent)}
          {profile.health.failed > 0 && (
            <span className="text-bad"> · {t.numbers.failed(profile.health.failed)}</span>
          )}
          {profile.health.uncertain > 0 && (
            <span className="text-warn"> · {t.numbers.uncertain(profile.health.uncertain)}</span>
          )}
        </span>
        {t.numbers.inFlight(profile.usage.in_flight)} ·{" "}
        {profile.last_sent_at ? t.numbers.lastSent(ago(profile.last_sent_at)) : t.numbers.neverSent}
      </p>
      <Gauge label={t.numbers.hour} {...profile.usage.hour} unlimited={t.numbers.unlimited} />
      <Gauge label={t.numbers.day} {...profile.usage.day} unlimited={t.numbers.unlimited} />
      <div className="flex items-center justify-end gap-1">
        <Button
          size="sm"
          reason={reason}
          pending={toggle.isPending}
          aria-label={
            active ? t.numbers.deactivateTitle(profile.name) : t.numbers.activateTitle(profile.name)
          }
          onClick={() => toggle.mutate(!active)}
        >
          {active ? t.numbers.deactivate : t.numbers.activate}
        </Button>
        <Button
          size="icon-sm"
          look="quiet"
          reason={reason}
          aria-label={`${t.numbers.remove} ${profile.name}`}
          onClick={() => setRemoving(true)}
        >
          <Trash2 aria-hidden="true" className="size-3.5" />
        </Button>
      </div>
      <Dialog
        open={removing}
        onOpenChange={setRemoving}
        title={t.numbers.removeTitle(profile.name)}
        description={t.numbers.removeHint}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setRemoving(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="danger" pending={remove.isPending} onClick={() => remove.mutate(undefined)}>
            {t.numbers.remove}
          </Button>
        </DialogActions>
      </Dialog>
      <Suspense>
        {open && <ProfileDialog profile={profile} onClose={() => setOpen(false)} />}
      </Suspense>
    </li>
  );
}
