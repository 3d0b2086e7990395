import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import { pathOf } from "./packages";
import type { Group, GroupMember, Profile, ProfileHealth } from "./types";

type Which = Pick<Profile, "id" | "package_id">;

/** Where the stream of codes is, while a device is being linked. */
export const linkingEvents = (profile: Which) => `${pathOf(profile)}/link/events`;

export type LinkAction = "start" | "restart" | "unlink";

export const actOnLink = (profile: Which, action: LinkAction, idempotencyKey: string) =>
  command<Profile>(`${pathOf(profile)}/link${action === "restart" ? "/restart" : ""}`, {
    method: action === "unlink" ? "DELETE" : "POST",
    idempotencyKey,
  });

export const profileHealth = (profile: Which) =>
  queryOptions({
    queryKey: ["packages", "health", profile.id],
    queryFn: ({ signal }) => read<ProfileHealth>(`${pathOf(profile)}/health`, { signal }),
    refetchInterval: 15_000,
  });

/** The provider is asked each time, so it is not asked again while the answer is in view. */
export const profileGroups = (profile: Which) =>
  queryOptions({
    queryKey: ["groups", profile.id],
    queryFn: ({ signal }) => read<{ items: Group[] }>(`${pathOf(profile)}/groups`, { signal }),
    staleTime: 60_000,
    retry: false,
  });

export const groupMembers = (profile: Which, group: string) =>
  queryOptions({
    queryKey: ["groups", profile.id, group],
    queryFn: ({ signal }) =>
      read<{ items: GroupMember[] }>(
        `${pathOf(profile)}/groups/${encodeURIComponent(group)}/members`,
        { signal },
      ),
    staleTime: 60_000,
    retry: false,
  });
