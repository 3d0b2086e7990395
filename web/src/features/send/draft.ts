import type { OpenMessage, Strategy } from "@/api/types";
import { numbersOf } from "@/components/pasted-numbers";
import { paceWords } from "@/i18n/en/pace-words";
import { sendWords as words } from "@/i18n/en/send-words";
import { fromLocal } from "@/i18n/zoned";

/** As many as the server takes in one message. */
export const MOST = 1000;
export const LONGEST = 4096;

export type Chosen = { id: string; name: string; phone: string };

/** A message by name as its form holds it. */
export type SendDraft = {
  pasted: string;
  chosen: Chosen[];
  country: string;
  text: string;
  name: string;
  /** Empty: as the package has it. */
  strategy: Strategy | "";
  minutes: string;
  /** A time of the organisation's clock, empty while none is chosen; null to begin at once. */
  at: string | null;
  source: string;
  proof: string;
};

export const BLANK: SendDraft = {
  pasted: "",
  chosen: [],
  country: "",
  text: "",
  name: "",
  strategy: "",
  minutes: "",
  at: null,
  source: "",
  proof: "",
};

/** Whom it goes to, contacts first; a contact whose number was also pasted once. */
export const recipientsOf = ({ pasted, chosen }: SendDraft): string[] => [
  ...new Set([...chosen.map(({ phone }) => phone), ...numbersOf(pasted)]),
];

/** Why it cannot be sent as it is. */
export function reasonAgainst(draft: SendDraft): string | null {
  const count = recipientsOf(draft).length;
  if (count === 0) return words.reasons.nobody;
  if (count > MOST) return words.reasons.tooMany(MOST);
  if (!draft.text.trim()) return words.reasons.noText;
  if (draft.text.length > LONGEST) return words.reasons.longText;
  const minutes = Number(draft.minutes);
  if (draft.strategy === "drip" && !(minutes >= 1 && minutes <= 1440)) {
    return paceWords.minutesNeeded;
  }
  if (draft.at === "") return paceWords.startNeeded;
  if (draft.proof.trim() && !draft.source.trim()) return words.reasons.noSource;
  return null;
}

/** What is sent; what was left empty is left to the server. */
export function toBody(draft: SendDraft, zone: string): OpenMessage {
  const said = (text: string) => text.trim() || undefined;
  const source = said(draft.source);
  return {
    type: "text",
    text: draft.text,
    recipients: recipientsOf(draft),
    name: said(draft.name),
    default_country: draft.country || undefined,
    options: {
      waiting_strategy: draft.strategy || null,
      drip_interval_minutes: draft.strategy === "drip" ? Number(draft.minutes) : null,
      schedule_at: (draft.at && fromLocal(draft.at, zone)?.toISOString()) || null,
    },
    consent: source ? { source, proof: said(draft.proof) } : undefined,
  };
}
