import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Membership, Organisation, OrganisationChange } from "./team-types";
import type { Id } from "./types";

export const organisation = (id: Id) =>
  queryOptions({
    queryKey: ["organisation", id],
    queryFn: ({ signal }) => read<Organisation>(`/tenants/${id}`, { signal }),
  });

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
