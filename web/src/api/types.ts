/**
 * The names of the HTTP contract that the screens depend on, made from the
 * generated schema: what the server does not say, or no longer says, breaks the
 * type check here. Everything else in the application imports from this file and
 * from `team-types.ts`, never from the generated one.
 */

import type { components, operations } from "./schema";
import type { Belonging } from "./team-types";

export type Schemas = components["schemas"];

/** As the server answers: a member without a value is there, and is null. */
type Full<T> = T extends (infer Item)[]
  ? Full<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Full<Exclude<T[K], undefined>> }
    : T;
export type Answer<Name extends keyof Schemas> = Full<Schemas[Name]>;

/** Members that the schema has as any text, by the words that its descriptions list. */
export type Narrow<
  T,
  Words extends { [K in keyof Words]: K extends keyof T ? T[K] : never },
> = Omit<T, keyof Words> & Words;

export type Id = string;
export type Instant = string;

export type Page<T> = { items: T[]; next_cursor: string | null };

/** Anything may answer in place of the server, so nothing is certain to be there. */
export type Problem = Partial<Schemas["Problem"]> & {
  /** Of a file that cannot be imported. */
  headers?: string[];
  /** With `locked` and `rate_limited`. */
  retry_after_s?: number;
  /** With `last_admin`, when an account is erased. */
  tenants?: { id: Id; name: string }[];
  /** With `no_recipients`, when a message is sent by name: who was refused, and why. */
  rejected?: Rejected[];
  /** With `media_in_use`: the names of those that are still to send it. */
  campaigns?: string[];
};

export type Role = "admin" | "manager" | "agent";
export type Me = Omit<Narrow<Answer<"Me">, { role: Role }>, keyof Belonging> & Partial<Belonging>;
export type Tokens = Answer<"Refreshed">;
export type Registration = Schemas["Registration"];

export type SignInProvider = Answer<"SsoProvider">;
export type Challenge = Answer<"Challenge">;
export type SecondFactor = Answer<"SecondFactor">;
export type Identity = Answer<"Identity">;
export type Security = Answer<"Security">;
/** What an authenticator app has to be told, once. */
export type Enrolment = Answer<"Enrolment">;
export type RecoveryCodes = Answer<"RecoveryCodes">;

export type Terms = Answer<"Terms">;

export type AuditOutcome = "done" | "refused" | "failed";
export type AuditEntry = Narrow<Answer<"AuditEntry">, { outcome: AuditOutcome }>;
export type AuditChange = Answer<"Change">;
export type AuditDetail = Narrow<Answer<"AuditDetail">, { outcome: AuditOutcome }>;

/** That somebody's personal data cannot be read any more. */
export type Certificate = Narrow<Answer<"Certificate">, { kind: "contact" | "person" }>;
export type Retention = Answer<"Retention">;

export type Consent = Schemas["Consent"];
export type Contact = Answer<"Contact">;
export type ContactDetail = Answer<"ContactDetail">;
export type ContactPage = Answer<"ContactPage">;
export type NewContact = Schemas["NewContact"];
export type ContactChange = Schemas["ContactChange"];
export type ContactList = Answer<"ContactList">;
export type TagCount = Answer<"TagCount">;
export type TimelineItem = Answer<"TimelineItem">;

/** While it is being made, there may be no column for the phone. */
export type ImportMapping = {
  [K in keyof Schemas["ImportMapping"]]?: Schemas["ImportMapping"][K] | null;
};
export type PreviewRow = Narrow<Answer<"PreviewRow">, { outcome: "ok" | "rejected" | "duplicate" }>;
export type ImportPreview = Narrow<Answer<"ImportPreview">, { rows: PreviewRow[] }>;
export type ImportAccepted = Answer<"ImportAccepted">;
export type Import = Narrow<Answer<"Import">, { status: "running" | "finished" | "failed" }>;
export type ImportRow = Answer<"ImportRow">;

export type Settings = Answer<"Settings">;
export type Distribution = Schemas["DistributionName"];
export type Strategy = Schemas["WaitingStrategy"];
export type ActiveHours = Answer<"ActiveHours">;
export type Hours = ActiveHours["windows"][number];
export type ProviderName = Schemas["ProviderName"];
/** What numbers of a provider can do, and what they need. */
export type Provider = Narrow<
  Answer<"Provider">,
  { abilities: Narrow<Answer<"Abilities">, { receipts: "full" | "best_effort" | "none" }> }
>;
export type ProfileState = "active" | "inactive" | "cooling_down" | "blocked";
export type LinkState = "not_needed" | "unlinked" | "linking" | "linked" | "disconnected";
export type Link = Narrow<Answer<"Link">, { state: LinkState }>;
export type Usage = Answer<"Used">;
export type Deduction = Answer<"Deduction">;
export type Rating = "green" | "yellow" | "red" | "unknown";
/** What a number does not override is not there at all. */
export type Profile = Narrow<
  Omit<Answer<"Profile">, "overrides"> & Pick<Schemas["Profile"], "overrides">,
  {
    state: ProfileState;
    link: Link;
    quality: Narrow<Answer<"Quality">, { rating: Rating | null }>;
  }
>;
/** What kind of failure it was, the same for all providers. */
export type ErrorClass = NonNullable<
  NonNullable<operations["messages_of_package"]["parameters"]["query"]>["error_class"]
>;
/** Where a number's provider is asked, and what it is told besides its credentials. */
export type Connection = Answer<"Connection">;
export type Package = Omit<Answer<"Package">, "profiles"> & { profiles: Profile[] };
export type PackageChange = Schemas["PackageChange"];
export type NewProfile = Schemas["NewProfile"];
export type ProfileChange = Schemas["ProfileChange"];
export type ProfileHealth = Omit<Answer<"ProfileHealth">, "profile"> & { profile: Profile };
export type HealthEvent = Answer<"HealthEvent">;
export type Group = Answer<"Group">;
export type GroupMember = Answer<"GroupMember">;
/** What the stream tells while a device is being linked; the document has it as text. */
export type Linking = {
  state: LinkState;
  detail: string | null;
  phone: string | null;
  /** The code to scan, as the address of a picture. */
  code: string | null;
};

export type NumbersToValidate = Schemas["NumbersToValidate"];
export type ValidatedNumber = Answer<"ValidatedNumber">;

export type MediaKind = Schemas["MediaKindWord"];
export type MediaState = "pending" | "stored" | "failed" | "removed";
/** A file of the gallery, or one that a person sent. */
export type MediaFile = Narrow<
  Answer<"MediaFile">,
  {
    kind: MediaKind;
    state: MediaState;
    origin: "gallery" | "inbound";
    sendable: { provider: ProviderName; kinds: MediaKind[] }[];
  }
>;
/** What a message has besides its text, or in its place. */
export type Attachment = Schemas["Attachment"];
export type Place = Schemas["Place"];
export type FileState = Narrow<Answer<"FileState">, { state: MediaState }>;

/** As the provider has it. */
export type ProviderTemplate = Answer<"ProviderTemplate">;
export type TemplatePart = Answer<"TemplatePart">;
/** A template with what fills its places. */
export type TemplateUse = Extract<Attachment, { type: "template" }>;
export type SyncAccepted = Answer<"SyncAccepted">;

export type Audience = Schemas["Audience"];
export type RecipientState = Schemas["MessageStatus"];
export type Totals = Answer<"Totals">;
export type CampaignStatus = Schemas["CampaignStatus"];
export type BindingLimit = Answer<"BindingLimit">;
export type CampaignPoints = Answer<"Points">;
export type Campaign = Omit<Answer<"Campaign">, "attachment"> & { attachment: Attachment | null };
export type CampaignDraft = Schemas["CampaignDraft"];
export type ForecastRequest = Schemas["ForecastRequest"];
export type Forecast = Answer<"Forecast">;
export type Progress = Answer<"Progress">;
export type FailureGroup = Answer<"FailureGroup">;
export type SendError = Answer<"SendError">;
export type Message = Answer<"Message">;
export type MessageDetail = Answer<"MessageDetail">;
export type Biography = Answer<"Biography">;
export type Settlement = Schemas["Verdict"];

/** A message to people by name, and what the server said of it. */
export type OpenMessage = Schemas["OpenMessage"];
export type OpenAccepted = Narrow<
  Answer<"OpenAccepted">,
  { status: "queued" | "scheduled"; distribution: Record<Id, string[]> }
>;
export type Rejected = Answer<"Rejected">;

export type Wallet = Answer<"Wallet">;
export type Txn = Narrow<
  Answer<"Txn">,
  { kind: "topped_up" | "reserved" | "captured" | "released" }
>;
export type Fold = Answer<"Accounts">;
export type Proof = Answer<"Proof">;

type Direction = "in" | "out";
export type ChatMessageStatus = RecipientState;
export type Chat = Omit<Answer<"Chat">, "last_message"> & {
  // Of what kind it is stands where there is no text to show.
  last_message:
    | (Narrow<Answer<"LastMessage">, { direction: Direction }> & { type?: string })
    | null;
};
export type ChatMessage = Omit<
  Narrow<Answer<"ChatMessage">, { direction: Direction }>,
  "attachment" | "file"
> & { attachment: Attachment | null; file: FileState | null };
export type ChatChanged = Answer<"ChatChanged">;
export type ReplyQueued = Answer<"ReplyQueued">;

export type Overview = Answer<"Overview">;
export type Day = Answer<"Day">;

export type Projection = Narrow<Answer<"Projection">, { state: "live" | "rebuilding" | "failed" }>;
export type Projections = Narrow<Answer<"Projections">, { items: Projection[] }>;
/** What happened is shown as it is recorded, whatever its shape. */
export type HistoryEvent = Omit<Answer<"HistoryEvent">, "data" | "personal"> & {
  data: unknown;
  personal: Record<string, unknown> | "erased" | null;
};
