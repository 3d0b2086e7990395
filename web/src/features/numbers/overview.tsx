import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { providerList } from "@/api/packages";
import type { Package, Profile } from "@/api/types";
import { Button, buttonStyle } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Gauge } from "@/components/ui/gauge";
import { Definition } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { numberWords } from "@/i18n/en/number-words";
import { count, when } from "@/i18n/format";
import { ConnectionFacts } from "./connection-facts";
import { sentence } from "./number-fields";
import { ProviderNotice } from "./provider-notice";
import { messagingLimit, PeopleGauge } from "./quality";

const words = numberWords.drawer;

type Props = { pack: Package; profile: Profile; onLink: () => void };

/** What identifies a number, what it may send, and where its provider reports to. */
export function Overview({ pack, profile, onLink }: Props) {
  const provider = useQuery(providerList()).data?.items.find(
    ({ name }) => name === profile.provider,
  );
  const { quality } = profile;
  const people = messagingLimit(quality);
  const { sent, failed, uncertain } = profile.health;
  return (
    <div className="flex flex-col gap-4">
      {profile.state_reason && <p className="text-warn">{profile.state_reason}</p>}
      {profile.provider_notice && <ProviderNotice notice={profile.provider_notice} />}
      <div className="grid grid-cols-2 gap-4">
        <Gauge label={t.numbers.hour} {...profile.usage.hour} unlimited={t.numbers.unlimited} />
        <Gauge label={t.numbers.day} {...profile.usage.day} unlimited={t.numbers.unlimited} />
        <PeopleGauge profile={profile} explained />
      </div>
      <dl className="divide-y border-y">
        <Definition term={words.provider}>
          {provider?.title ?? numberWords.providers[profile.provider]}
        </Definition>
        <Definition term={sentence(provider?.number_id ?? "id")}>
          <Copy text={profile.phone_number_id} />
        </Definition>
        <Definition term={numberWords.hourly}>{limit(profile, "hourly_limit")}</Definition>
        <Definition term={numberWords.daily}>{limit(profile, "daily_limit")}</Definition>
        <Definition term={numberWords.rate}>{rate(pack, profile)}</Definition>
        {people && <Definition term={numberWords.messagingLimit}>{people}</Definition>}
        {quality.account && quality.account !== quality.business_account && (
          <Definition term={words.portfolio}>
            <Copy text={quality.account} />
          </Definition>
        )}
        {quality.business_account && (
          <Definition term={words.account}>
            <Copy text={quality.business_account} />
          </Definition>
        )}
        {pack.distribution === "weighted" && (
          <Definition term={numberWords.weight}>{count(profile.weight)}</Definition>
        )}
        {pack.distribution === "priority" && (
          <Definition term={numberWords.priority}>{count(profile.priority)}</Definition>
        )}
        <Definition term={words.outcomes}>
          {[
            numberWords.sent(sent),
            failed > 0 && numberWords.failed(failed),
            uncertain > 0 && numberWords.uncertain(uncertain),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Definition>
        {profile.last_sent_at && (
          <Definition term={numberWords.lastSentTerm}>{when(profile.last_sent_at)}</Definition>
        )}
        <Definition term={words.webhook}>
          <Copy text={webhook(profile)} />
        </Definition>
      </dl>
      <p className="text-xs text-faint">
        {profile.link.state === "not_needed" ? words.webhookHint : words.webhookSet}
      </p>
      <ConnectionFacts profile={profile} />
      <div className="flex flex-wrap gap-2">
        {profile.link.state !== "not_needed" && (
          <Button size="sm" onClick={onLink}>
            {numberWords.link}
          </Button>
        )}
        <Link
          to="/numbers/$id/log"
          params={{ id: pack.id }}
          search={{ number: profile.id }}
          className={buttonStyle({ size: "sm" })}
        >
          {words.deliveries}
        </Link>
        <Link
          to="/numbers/$id/log"
          params={{ id: pack.id }}
          search={{ number: profile.id, status: "failed" }}
          className={buttonStyle({ size: "sm", look: "quiet" })}
        >
          {words.failures}
        </Link>
      </div>
    </div>
  );
}

const webhook = ({ provider, id }: Profile) =>
  `${location.origin}/hooks/${(provider === "sandbox" ? "cloud_api" : provider).replaceAll("_", "-")}/${id}`;

function limit(profile: Profile, which: "hourly_limit" | "daily_limit"): string {
  const { limit } = which === "hourly_limit" ? profile.usage.hour : profile.usage.day;
  const text = limit === null ? t.numbers.unlimited : count(limit);
  return profile.overrides[which] == null ? text : words.ownLimit(text);
}

function rate(pack: Package, { overrides }: Profile): string {
  if (overrides.rate_per_minute != null) return words.ownLimit(count(overrides.rate_per_minute));
  const limit = pack.settings.rate_per_minute;
  return limit === null ? t.numbers.unlimited : count(limit);
}
