import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read, search } from "./client";
import type {
  Connection,
  ErrorClass,
  Id,
  Instant,
  Message,
  NewProfile,
  OpenAccepted,
  OpenMessage,
  Package,
  PackageChange,
  Page,
  Profile,
  ProfileChange,
  Provider,
  RecipientState,
} from "./types";

export const packageList = () =>
  queryOptions({
    queryKey: ["packages", "list"],
    queryFn: ({ signal }) => read<Page<Package>>("/packages", { query: { limit: 100 }, signal }),
    refetchInterval: 5000,
  });

export const onePackage = (id: Id) =>
  queryOptions({
    queryKey: ["packages", "one", id],
    queryFn: ({ signal }) => read<Package>(`/packages/${id}`, { signal }),
  });

export const providerList = () =>
  queryOptions({
    queryKey: ["providers"],
    queryFn: ({ signal }) => read<{ items: Provider[] }>("/providers", { signal }),
    staleTime: 300_000,
  });

export type DeliveryFilter = {
  status?: RecipientState;
  profile_id?: Id;
  error_class?: ErrorClass;
  /** Queued at this time or later, and before that one. */
  from?: Instant;
  to?: Instant;
};

export const packageMessages = (id: Id, filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ["messages", "package", id, filter],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Message>>(`/packages/${id}/messages`, {
        query: { ...filter, cursor: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Only the newest are worth asking for again; further pages stay as they were read.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 5000),
  });

/** The same as a file, whatever its length. */
export const packageMessagesFile = (id: Id, filter: DeliveryFilter) =>
  `/packages/${id}/messages/export${search(filter)}`;

/** Sends to people by name, within consent and every limit; the answer comes before anything is sent. */
export const sendOpen = (packageId: Id, body: OpenMessage, idempotencyKey: string) =>
  command<OpenAccepted>(`/packages/${packageId}/messages/open`, { body, idempotencyKey });

export const createPackage = (name: string, idempotencyKey: string) =>
  command<Package>("/packages", { body: { name }, idempotencyKey });

/** Refused when somebody else changed the package since it was read. */
export const updatePackage = (pack: Package, change: PackageChange, idempotencyKey: string) =>
  command<Package>(`/packages/${pack.id}`, {
    method: "PUT",
    body: change,
    ifMatch: pack.version,
    idempotencyKey,
  });

export const addProfile = (packageId: Id, body: NewProfile, idempotencyKey: string) =>
  command<Profile>(`/packages/${packageId}/profiles`, { body, idempotencyKey });

export const pathOf = (profile: Pick<Profile, "id" | "package_id">) =>
  `/packages/${profile.package_id}/profiles/${profile.id}`;

/** How a number is connected; its secrets stay where they are. */
export const profileConnection = (profile: Pick<Profile, "id" | "package_id">) =>
  queryOptions({
    queryKey: ["packages", "connection", profile.id],
    queryFn: async ({ signal }) => {
      const detail = await read<{ connection: Connection }>(pathOf(profile), { signal });
      return detail.connection;
    },
  });

export const updateProfile = (profile: Profile, change: ProfileChange, idempotencyKey: string) =>
  command<Profile>(pathOf(profile), { method: "PUT", body: change, idempotencyKey });

export const setProfileActive = (profile: Profile, active: boolean) =>
  command<Profile>(`${pathOf(profile)}/status`, { method: "PATCH", body: { active } });

export const removeProfile = (profile: Profile) => command(pathOf(profile), { method: "DELETE" });
