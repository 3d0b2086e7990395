import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { packageList } from "@/api/packages";
import type { Package, Profile } from "@/api/types";
import { LinkBadge, ProfileBadge } from "@/components/status-badge";
import { Badge } from "@/components/ui/badge";
import { buttonStyle } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Gauge } from "@/components/ui/gauge";
import { Empty, Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import type { Draft } from "./draft";

type Props = {
  draft: Draft;
  /** Why a number would not send what is attached; nothing where it does. */
  whyNot: (number: Profile) => string | null;
  /** How many of its numbers have the template, where not all do. */
  share: (pack: Package) => string | null;
  onChange: (part: Partial<Draft>) => void;
};

export function PackageStep({ draft, whyNot, share, onChange }: Props) {
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
                  aside={<Warning text={share(pack)} />}
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
                          <Warning text={whyNot(profile)} />
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

const Warning = ({ text }: { text: string | null }) => text && <Badge tone="warn">{text}</Badge>;

/** It is on, and its device, if it needs one, is linked. */
const canSend = ({ state, link }: Profile): boolean =>
  state === "active" && (link.state === "not_needed" || link.state === "linked");
