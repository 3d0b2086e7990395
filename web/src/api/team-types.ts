import type { Id, Instant, Role } from "./types";

export type Permission =
  | "contacts.read"
  | "contacts.write"
  | "campaigns.read"
  | "campaigns.write"
  | "chats.read"
  | "chats.write"
  | "numbers.read"
  | "numbers.write"
  | "wallet.read"
  | "wallet.write"
  | "history.read"
  | "operation.read"
  | "operation.write"
  | "team.read"
  | "team.write"
  | "keys.read"
  | "keys.write"
  | "settings.read"
  | "settings.write";

export type Membership = { id: Id; name: string; role: Role };

export type Belonging = { permissions: Permission[]; tenants: Membership[] };

export type BusinessType = "" | "sole_trader" | "company" | "non_profit" | "public_body" | "other";

export type OrganisationChange = {
  name: string;
  industry: string;
  website: string;
  description: string;
  business_type: BusinessType;
  default_country: string;
  time_zone: string;
};

export type Organisation = OrganisationChange & { id: Id; version: number; created_at: Instant };

export type MemberStatus = "active" | "deactivated";

export type Member = {
  id: Id;
  full_name: string;
  email: string;
  role: Role;
  status: MemberStatus;
  joined_at: Instant;
  last_login_at: Instant | null;
  you: boolean;
};

export type MemberChange = { role?: Role; status?: MemberStatus };

export type Invite = {
  id: Id;
  email: string;
  role: Role;
  status: "open" | "expired";
  invited_at: Instant;
  expires_at: Instant;
  invited_by: string;
};

export type Team = { items: Member[]; invites: Invite[] };

export type NewInvite = { email: string; role: Role };

export type InviteOffer = {
  business_name: string;
  email: string;
  role: Role;
  expires_at: Instant;
  has_account: boolean;
};

export type Acceptance = { full_name?: string; password: string };
