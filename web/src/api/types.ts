/**
 * The names of the HTTP contract that the screens depend on. Everything else in
 * the application imports from here, never from a generated file directly, so
 * that where these shapes come from stays a local matter.
 */

export type Id = string;
export type Instant = string;

export type Page<T> = { items: T[]; next_cursor: string | null };

export type Problem = {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { field: string; message: string }[];
  trace_id?: string;
};

export type Role = "admin" | "manager" | "agent";
export type Me = {
  user: { id: Id; email: string; full_name: string };
  tenant: { id: Id; name: string; default_country: string; time_zone: string };
  role: Role;
  sandbox: boolean;
};
export type Tokens = { access_token: string; expires_in: number };

export type Consent = "granted" | "none" | "withdrawn";
export type Contact = {
  id: Id;
  phone: string;
  name: string | null;
  fields: Record<string, string>;
  tags: string[];
  lists: Id[];
  consent: Consent;
  consent_source: string | null;
  consent_at: Instant | null;
  blocked: boolean;
  created_at: Instant;
  updated_at: Instant;
  version: number;
};
export type ContactPage = Page<Contact> & { total: number | null };
export type ContactList = { id: Id; name: string; size: number; created_at: Instant };
export type TagCount = { tag: string; count: number };
export type TimelineItem = {
  position: number;
  type: string;
  at: Instant;
  actor: string | null;
  summary: string;
};

export type ImportMapping = {
  phone?: string | null;
  name?: string | null;
  consent?: string | null;
  fields?: Record<string, string>;
};
export type PreviewRow = {
  line: number;
  cells: string[];
  phone: string | null;
  name: string | null;
  consent: boolean | string | null;
  fields: Record<string, string>;
  outcome: "ok" | "rejected" | "duplicate";
  reason?: string | null;
};
export type ImportPreview = {
  headers: string[];
  mapping: ImportMapping;
  delimiter: string;
  encoding: string;
  rows: PreviewRow[];
};
export type Import = {
  id: Id;
  file_name: string;
  status: "running" | "finished" | "failed";
  rows: number;
  created: number;
  updated: number;
  duplicate: number;
  rejected: number;
  without_consent: number;
  list_id?: Id | null;
  error?: string | null;
  started_at: Instant;
  finished_at: Instant | null;
  bytes_read: number;
  bytes_total: number;
};
export type ImportRow = {
  line: number;
  outcome: string;
  reason: string | null;
  phone_masked?: string | null;
};

export type Settings = {
  hourly_limit: number | null;
  daily_limit: number | null;
  cooldown_ms: number;
  jitter_min_ms: number;
  jitter_max_ms: number;
  cap_per_campaign: number | null;
  rate_per_minute: number | null;
};
export type Provider = "cloud_api" | "sandbox";
export type ProfileState = "active" | "inactive" | "cooling_down" | "blocked";
export type Usage = { used: number; limit: number | null };
export type Profile = {
  id: Id;
  package_id: Id;
  name: string;
  provider: Provider;
  phone: string;
  state: ProfileState;
  state_reason?: string | null;
  cooling_until?: Instant | null;
  overrides: Partial<Settings>;
  usage: { hour: Usage; day: Usage; in_flight: number };
  failures_in_row: number;
  last_sent_at: Instant | null;
  health: { sent: number; failed: number; uncertain: number };
};
export type Package = {
  id: Id;
  name: string;
  distribution: "round_robin";
  settings: Settings;
  profiles: Profile[];
  created_at: Instant;
  version: number;
};
export type NewProfile = {
  name: string;
  provider: Provider;
  phone: string;
  phone_number_id: string;
  access_token: string;
  app_secret: string;
  verify_token: string;
  base_url?: string;
};

export type Audience = { all: true } | { list_id: Id } | { tags: string[] };
export type RecipientState =
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "cancelled"
  | "uncertain";
export type Totals = { enrolled: number; excluded: number } & Record<RecipientState, number>;
export type CampaignStatus = "draft" | "running" | "paused" | "cancelled" | "completed";
export type BindingLimit = { name: string; detail: string };
export type CampaignPoints = { reserved: number; captured: number; released: number };
export type Campaign = {
  id: Id;
  name: string;
  status: CampaignStatus;
  audience: Audience;
  template_text: string;
  package_id: Id | null;
  package_name: string | null;
  totals: Totals;
  points: CampaignPoints;
  excluded_by: Record<string, number>;
  paused_reason?: string | null;
  created_at: Instant;
  started_at: Instant | null;
  completed_at: Instant | null;
  rate_per_second?: number | null;
  eta?: Instant | null;
  binding_limit?: BindingLimit | string | null;
  version: number;
};
export type CampaignDraft = {
  name: string;
  audience: Audience;
  template_text: string;
  package_id: Id;
};
export type ForecastRequest = Omit<CampaignDraft, "name" | "package_id"> & {
  package_id: Id | null;
};
export type Forecast = {
  recipients: number;
  excluded: Record<string, number>;
  points_needed: number;
  points_available: number;
  sufficient: boolean;
  finish_at: Instant | null;
  duration_seconds: number | null;
  binding_limit: BindingLimit | null;
  /** `share` counts messages. */
  per_profile: { profile_id: Id; name: string; share: number }[];
  variables: { name: string; missing: number }[];
  samples: { contact_id: Id; name: string | null; phone_masked: string; text: string }[];
};
export type Progress = {
  status: CampaignStatus;
  totals: Totals;
  points: CampaignPoints;
  rate_per_second: number | null;
  eta: Instant | null;
  binding_limit: BindingLimit | string | null;
  position: number;
};
export type FailureGroup = { code: string; class: string; title: string; count: number };
export type SendError = { code: string; class: string; title: string };
export type Message = {
  id: Id;
  campaign_id: Id | null;
  contact_id: Id | null;
  contact_name: string | null;
  phone: string;
  profile_id: Id | null;
  profile_name: string | null;
  status: RecipientState;
  attempt: number;
  deferred: { limit: string; until: Instant | null } | null;
  error: SendError | null;
  queued_at: Instant | null;
  sent_at: Instant | null;
  delivered_at: Instant | null;
  read_at: Instant | null;
  failed_at: Instant | null;
  uncertain_deadline?: Instant | null;
  updated_at: Instant;
};
export type MessageDetail = Message & { text: string | null };
export type MessageEvent = TimelineItem & { data?: unknown };
export type Settlement = "sent" | "not_sent" | "resend";

export type Wallet = {
  balance: number;
  reserved: number;
  captured_total: number;
  topped_up_total: number;
  low_balance: boolean;
  price_per_recipient: number;
};
export type Txn = {
  position: number;
  at: Instant;
  kind: "topped_up" | "reserved" | "captured" | "released";
  points: number;
  campaign_id?: Id | null;
  campaign_name?: string | null;
  count?: number | null;
  note?: string | null;
  balance_after: number;
};
export type Fold = {
  available: number;
  reserved: number;
  captured: number;
  released: number;
  topped_up: number;
};
export type Proof = {
  balances: boolean;
  position: number;
  events: number;
  folded: Fold;
  ledger: Fold;
  difference: number;
  checks: { name: string; ok: boolean; detail: string }[];
};

export type ChatMessageStatus =
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "uncertain"
  | "cancelled";
export type Chat = {
  id: Id;
  contact_id: Id | null;
  contact_name: string | null;
  phone: string;
  profile_id: Id | null;
  profile_name: string | null;
  unread: number;
  last_message: {
    direction: "in" | "out";
    preview: string | null;
    at: Instant;
    status?: ChatMessageStatus | null;
  } | null;
  window_expires_at: Instant | null;
};
export type ChatMessage = {
  id: Id;
  direction: "in" | "out";
  type: string;
  text: string | null;
  erased: boolean;
  status?: ChatMessageStatus | null;
  error?: SendError | null;
  at: Instant;
  author?: string | null;
  campaign_id?: Id | null;
};

export type Overview = {
  today: { sent: number; delivered: number; read: number; failed: number; inbound: number };
  totals: { contacts: number; campaigns: number; messages: number };
  running_campaigns: number;
  uncertain: number;
  rates: { delivery: number | null; read: number | null; failure: number | null };
};
export type Day = {
  date: string;
  enrolled: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  uncertain: number;
  inbound: number;
  replies: number;
};

export type Projection = {
  name: string;
  version: number;
  position: number;
  lag: number;
  events_per_second: number | null;
  state: "live" | "rebuilding" | "failed";
  rebuild?: {
    position: number;
    target: number;
    percent: number;
    eta_seconds: number | null;
  } | null;
  rows?: number | null;
  skipped_unknown: number;
};
export type Projections = { head: number; items: Projection[] };
export type HistoryEvent = {
  position: number;
  version: number;
  type: string;
  schema_version: number;
  at: Instant;
  actor: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  data: unknown;
  personal: Record<string, unknown> | "erased" | null;
};
