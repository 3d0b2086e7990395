import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Invite, Member, MemberChange, NewInvite, Team } from "./team-types";
import type { Id } from "./types";

export const team = () =>
  queryOptions({
    queryKey: ["team"],
    queryFn: ({ signal }) => read<Team>("/members", { signal }),
    refetchInterval: 15_000,
  });

export const changeMember = (id: Id, body: MemberChange, idempotencyKey: string) =>
  command<Member>(`/members/${id}`, { method: "PATCH", body, idempotencyKey });

export const invite = (tenant: Id, body: NewInvite, idempotencyKey: string) =>
  command<Invite>(`/tenants/${tenant}/invite`, { body, idempotencyKey });

export const resendInvite = (id: Id, idempotencyKey: string) =>
  command<Invite>(`/invites/${id}/resend`, { idempotencyKey });

export const withdrawInvite = (id: Id, idempotencyKey: string) =>
  command(`/invites/${id}`, { method: "DELETE", idempotencyKey });
