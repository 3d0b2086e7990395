import { queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Id, NewProfile, Package, Page, Profile, Settings } from "./types";

export const packageList = () =>
  queryOptions({
    queryKey: ["packages", "list"],
    queryFn: ({ signal }) => read<Page<Package>>("/packages", { query: { limit: 100 }, signal }),
    refetchInterval: 5000,
  });

export const createPackage = (name: string, idempotencyKey: string) =>
  command<Package>("/packages", { body: { name }, idempotencyKey });

export const updatePackage = (pack: Package, name: string, settings: Settings) =>
  command<Package>(`/packages/${pack.id}`, { method: "PUT", body: { name, settings } });

export const addProfile = (packageId: Id, body: NewProfile, idempotencyKey: string) =>
  command<Profile>(`/packages/${packageId}/profiles`, { body, idempotencyKey });

export const setProfileActive = (profile: Profile, active: boolean) =>
  command<Profile>(`/packages/${profile.package_id}/profiles/${profile.id}/status`, {
    method: "PATCH",
    body: { active },
  });

export const removeProfile = (profile: Profile) =>
  command(`/packages/${profile.package_id}/profiles/${profile.id}`, { method: "DELETE" });
