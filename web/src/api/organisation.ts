import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Membership, Organisation, OrganisationChange } from "./team-types";
import type { Id } from "./types";

export const organisation = (id: Id) =>
  queryOptions({
    queryKey: ["organisation", id],
    queryFn: ({ signal }) => read<Organisation>(`/tenants/${id}`, { signal }),
  });

/** What of an organisation can be changed; a change names all of it. */
export function changeable(organisation: Organisation): OrganisationChange {
  const { name, industry, website, description, business_type, default_country, time_zone } =
    organisation;
  const { retention_days, consent_policy, uncertain_policy } = organisation;
  return {
    name,
    industry,
    website,
    description,
    business_type,
    default_country,
    time_zone,
    retention_days,
    consent_policy,
    uncertain_policy,
  };
}

export const changeOrganisation = (
  { id, version }: Organisation,
  body: OrganisationChange,
  idempotencyKey: string,
) =>
  command<Organisation>(`/tenants/${id}`, {
    method: "PUT",
    body,
    ifMatch: version,
    idempotencyKey,
  });

export const createOrganisation = (name: string, idempotencyKey: string) =>
  command<Membership>("/tenants", { body: { business_name: name }, idempotencyKey });
