import type { Answer, Narrow, Role, Schemas } from "./types";

export type Permission =
  | "contacts.read"
  | "contacts.write"
  | "campaigns.read"
  | "campaigns.write"
  | "chats.read"
  | "chats.write"
  | "media.read"
  | "media.write"
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
  | "settings.write"
  | "audit.read"
  | "privacy.write";

export type Membership = Narrow<Answer<"Belonging">, { role: Role }>;
export type Belonging = { permissions: Permission[]; tenants: Membership[] };

export type BusinessType = "" | "sole_trader" | "company" | "non_profit" | "public_body" | "other";
export type Plan = "free" | "basic" | "pro" | "enterprise";
/** What a change may leave out is always there in an answer, and in what the screens send. */
type Said = { business_type: BusinessType; retention_days: number; consent_policy: string };
export type OrganisationChange = Narrow<Answer<"About">, Said>;
export type Organisation = Narrow<Answer<"Organisation">, Said & { plan: Plan }>;

export type MemberStatus = Schemas["MemberStatus"];
export type Member = Narrow<Answer<"Member">, { role: Role; status: MemberStatus }>;
export type MemberChange = Schemas["MemberChange"];
export type Invite = Narrow<Answer<"Invite">, { role: Role; status: "open" | "expired" }>;
export type Team = Narrow<Answer<"Team">, { items: Member[]; invites: Invite[] }>;
export type NewInvite = Schemas["Invitation"];
export type InviteOffer = Narrow<Answer<"OpenInvite">, { role: Role }>;
export type Acceptance = Schemas["Acceptance"];

export type ApiKey = Answer<"ApiKey">;
export type NewApiKey = Schemas["NewApiKey"];
