import { changeable } from "@/api/organisation";
import type { Organisation, OrganisationChange } from "@/api/team-types";

/** What is sent: without the blanks around it, and with the scheme that people leave out. */
export function toChange(form: OrganisationChange): OrganisationChange {
  return {
    ...form,
    name: form.name.trim(),
    industry: form.industry.trim(),
    website: withScheme(form.website.trim()),
    description: form.description.trim(),
    consent_policy: form.consent_policy.trim(),
  };
}

export function isChanged(form: OrganisationChange, organisation: Organisation): boolean {
  const [next, now] = [toChange(form), changeable(organisation)];
  return (Object.keys(now) as (keyof OrganisationChange)[]).some((key) => next[key] !== now[key]);
}

const withScheme = (website: string) =>
  website === "" || /^[a-z][a-z\d+.-]*:/i.test(website) ? website : `https://${website}`;
