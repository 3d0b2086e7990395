/**
 * Answers that are not in the generated schema yet, as their contract has them.
 * Once they are, each of these names becomes one made from the schema, and this
 * file goes.
 */

import type { Id, Instant } from "./types";

/** What a refusal says beside its code. */
export type ProblemExtras = {
  /** With `locked` and `rate_limited`. */
  retry_after_s?: number;
  /** With `last_admin`, when an account is erased. */
  tenants?: { id: Id; name: string }[];
};

export type Challenge = { challenge: string; expires_in: number };

/** Of who joins with an account that has a second factor. */
export type AcceptanceExtras = { code?: string };

export type SignInProvider = { id: string; name: string };

export type SecondFactor = {
  enabled: boolean;
  since: Instant | null;
  recovery_codes_left: number;
};

export type Identity = {
  id: Id;
  provider: string;
  provider_name: string;
  connected_at: Instant;
};

export type Security = {
  has_password: boolean;
  second_factor: SecondFactor;
  identities: Identity[];
};

/** What an authenticator app has to be told, once. */
export type Enrolment = { secret: string; otpauth_url: string; qr_svg: string };

export type RecoveryCodes = { recovery_codes: string[] };

export type AuditOutcome = "done" | "refused" | "failed";

export type AuditEntry = {
  id: Id;
  at: Instant;
  /** `user:<id>`, `api_key:<id>` or `anonymous`. */
  actor: string;
  actor_name: string | null;
  action: string;
  outcome: AuditOutcome;
  status: number;
  code: string | null;
  target: { kind: string; id: Id } | null;
  /** Null once it was erased. */
  ip: string | null;
  user_agent: string | null;
  trace_id: string;
  position: number;
};

export type AuditChange = {
  stream: string;
  type: string;
  position: number;
  fields: { field: string; before: unknown; after: unknown }[];
};

export type AuditDetail = AuditEntry & { changes: AuditChange[] };

export type AboutExtras = {
  /** How long the text of messages can be read. */
  retention_days: number;
  /** Shown to whoever records consent; empty where there is none. */
  consent_policy: string;
};

export type Plan = "free" | "basic" | "pro" | "enterprise";

export type OrganisationExtras = { plan: Plan; requests_per_minute: number };

export type Terms = {
  version: string;
  /** Paragraphs with an empty line between them. */
  text: string;
  /** Without a name once whoever it was is gone. */
  accepted: { version: string; at: Instant; by: string | null } | null;
};

/** A warning beside numbers of a provider that is not an official one. */
export type ProfileExtras = { provider_notice: string | null };

/** That somebody's personal data cannot be read any more. */
export type Certificate = {
  subject: Id;
  kind: "contact" | "person";
  at: Instant;
  /** A name, or `user:<id>` where there is none. */
  by: string | null;
  /** The answer to the erasure itself has it in its headers. */
  position: number | null;
  streams: number;
  events: number;
};

export type Retention = {
  days: number;
  /** Up to the end of which day, `YYYY-MM-DD`. */
  last_run: { at: Instant; through: string } | null;
};
