import type { Answer, Narrow, Role, Schemas } from "./types";
import type { AboutExtras, AcceptanceExtras, OrganisationExtras } from "./upcoming";

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
  | "settings.write"
  | "audit.read"
  | "privacy.write";

export type Membership = Narrow<Answer<"Belonging">, { role: Role }>;
export type Belonging = { permissions: Permission[]; tenants: Membership[] };

export type BusinessType = "" | "sole_trader" | "company" | "non_profit" | "public_body" | "other";
type Kind = { business_type: BusinessType };
export type OrganisationChange = Narrow<Answer<"About">, Kind> & AboutExtras;
export type Organisation = Narrow<Answer<"Organisation">, Kind> & AboutExtras & OrganisationExtras;

export type MemberStatus = Schemas["MemberStatus"];
export type Member = Narrow<Answer<"Member">, { role: Role; status: MemberStatus }>;
export type MemberChange = Schemas["MemberChange"];
export type Invite = Narrow<Answer<"Invite">, { role: Role; status: "open" | "expired" }>;
export type Team = Narrow<Answer<"Team">, { items: Member[]; invites: Invite[] }>;
export type NewInvite = Schemas["Invitation"];
export type InviteOffer = Narrow<Answer<"OpenInvite">, { role: Role }>;
export type Acceptance = Schemas["Acceptance"] & AcceptanceExtras;

export type ApiKey = Answer<"ApiKey">;
export type NewApiKey = Schemas["NewApiKey"];
