import { useQuery } from "@tanstack/react-query";
import { organisation } from "@/api/organisation";
import { leastRole } from "@/api/permissions";
import type { Organisation } from "@/api/team-types";
import { Definition, Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { useMay } from "@/components/use-may";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { countryName } from "@/i18n/countries";
import { count, dayOf } from "@/i18n/format";
import { ProfileEditor } from "./profile-editor";

/** The business profile: a form for those who may change it, a card for the others. */
export function Profile() {
  const { tenant } = useMe();
  const query = useQuery(organisation(tenant.id));
  const mayWrite = useMay("settings.write");
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <Panel title={t.organisation.profile}>
        <Loaded query={query} what={t.organisation.profile} skeleton={<SkeletonRows rows={6} />}>
          {(data) => (mayWrite ? <ProfileEditor present={data} /> : <Card organisation={data} />)}
        </Loaded>
      </Panel>
      {query.data && <PlanPanel organisation={query.data} />}
    </div>
  );
}

/** What was agreed with Waybill; nobody changes it here. */
function PlanPanel({
  organisation: { plan, requests_per_minute },
}: {
  organisation: Organisation;
}) {
  const words = t.organisation;
  return (
    <Panel title={words.plan} label={words.plan}>
      <dl className="divide-y px-4 py-1.5">
        <Definition term={words.plan}>{words.plans[plan] ?? plan}</Definition>
        <Definition term={words.requests}>
          {count(requests_per_minute)}
          <span className="block text-xs text-faint">{words.requestsHint}</span>
        </Definition>
      </dl>
    </Panel>
  );
}

function Card({ organisation: it }: { organisation: Organisation }) {
  const words = t.organisation;
  const rows: [string, string][] = [
    [words.name, it.name],
    [words.businessType, words.businessTypes[it.business_type]],
    [words.industry, it.industry],
    [words.website, it.website],
    [words.description, it.description],
    [words.country, it.default_country && countryName(it.default_country)],
    [words.zone, it.time_zone],
    [words.consentPolicy, it.consent_policy],
    [words.since, dayOf(it.created_at)],
  ];
  return (
    <>
      <p className="border-b px-4 py-2.5 text-soft">
        {words.readOnly(t.roles.names[leastRole("settings.write")])}
      </p>
      <dl className="divide-y px-4 py-1.5">
        {rows.map(([term, value]) => (
          <Definition key={term} term={term}>
            {value || words.nothing}
          </Definition>
        ))}
      </dl>
    </>
  );
}
