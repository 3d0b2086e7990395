import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { packageList } from "@/api/packages";
import type { Profile } from "@/api/types";
import { LinkBadge, ProfileBadge } from "@/components/status-badge";
import { Badge } from "@/components/ui/badge";
import { buttonStyle } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Gauge } from "@/components/ui/gauge";
import { Empty, Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import type { Draft } from "./draft";

type Props = {
  draft: Draft;
  /** Whether numbers of this provider send what is attached. */
  able: (provider: string) => boolean;
  onChange: (part: Partial<Draft>) => void;
};

export function PackageStep({ draft, able, onChange }: Props) {
  const query = useQuery(packageList());
  return (
    <Loaded query={query} what={t.wizard.package}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            title={t.wizard.noPackages}
            action={
              <Link to="/numbers" className={buttonStyle({ look: "primary" })}>
                {t.wizard.toNumbers}
              </Link>
            }
          />
        ) : (
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 text-xs font-medium text-soft">{t.wizard.packageHint}</legend>
            {items.map((pack) => {
              const active = pack.profiles.filter(canSend);
              return (
                <Choice
                  key={pack.id}
                  name="package"
                  value={pack.id}
                  checked={draft.package === pack.id}
                  onChoose={() => onChange({ package: pack.id })}
                  title={pack.name}
                  hint={
                    active.length > 0
                      ? t.wizard.activeOf(active.length, pack.profiles.length)
                      : t.wizard.noActive
                  }
                >
                  <ul className="flex flex-col gap-3">
                    {pack.profiles.map((profile) => (
                      <li
                        key={profile.id}
                        className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-[1fr_auto_8rem_8rem]"
                      >
                        <span className="min-w-0 truncate">
                          {profile.name} <span className="tnum text-faint">{profile.phone}</span>
                        </span>
                        <span className="flex flex-wrap gap-1">
                          <ProfileBadge state={profile.state} />
                          <LinkBadge state={profile.link.state} />
                          {!able(profile.provider) && (
                            <Badge tone="warn">{mediaWords.attach.cannot}</Badge>
                          )}
                        </span>
                        <Gauge
                          label={t.numbers.hour}
                          {...profile.usage.hour}
                          unlimited={t.numbers.unlimited}
                        />
                        <Gauge
                          label={t.numbers.day}
                          {...profile.usage.day}
                          unlimited={t.numbers.unlimited}
                        />
                      </li>
                    ))}
                  </ul>
                </Choice>
              );
            })}
          </fieldset>
        )
      }
    </Loaded>
  );
}

/** It is on, and its device, if it needs one, is linked. */
const canSend = ({ state, link }: Profile): boolean =>
  state === "active" && (link.state === "not_needed" || link.state === "linked");
