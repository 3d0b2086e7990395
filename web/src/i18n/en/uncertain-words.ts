import type { Settlement } from "@/api/types";
import { many, n } from "./numbers";

const messages = (count: number) => many(count, "message", "messages");

/** Messages of which nobody knows whether they were sent; fetched with the places that show them. */
export const uncertainWords = {
  title: "Uncertain messages",
  lead: "The provider did not say whether these were sent. Look at what is known, then decide.",
  hint: "The provider did not say whether these were sent. They are never resent unless somebody, or the policy, decides it.",
  withEvidence: "Decide with evidence",
  policyTerm: "At the deadline",
  policies: {
    hold: "A person decides. Nothing is sent again by itself.",
    resend: "They are sent again. Some people may get them twice.",
    assume_sent: "They count as sent. Some may not have arrived.",
  } as Record<string, string>,
  changePolicy: "Change this",
  seePolicy: "See this setting",

  campaign: "Campaign",
  anyCampaign: "Any campaign",
  reply: "Reply",
  number: "Number",
  anyNumber: "Any number",
  aCampaign: "A campaign",
  since: (at: string) => `unknown since ${at}`,
  queued: (at: string) => `queued ${at}`,

  /** What the deadline does, by policy; `left` counts down. */
  countdown: {
    hold: (left: string) => `waits for a receipt, ${left} left`,
    resend: (left: string) => `sent again in ${left}`,
    assume_sent: (left: string) => `counts as sent in ${left}`,
  } as Record<string, (left: string) => string>,
  deadline: (left: string) => `deadline in ${left}`,
  over: {
    hold: "waits for you",
    resend: "about to be sent again",
    assume_sent: "about to count as sent",
  } as Record<string, string>,
  overUnknown: "the deadline is over",

  settle: "Settle",
  settleTitle: "Settle the message",
  ways: {
    sent: "It was sent",
    not_sent: "It was not sent",
    resend: "Send again",
  } satisfies Record<Settlement, string>,
  twice: "The person may receive it twice.",
  changing: "The last change is on its way.",

  evidence: "Evidence",
  showEvidence: (who: string) => `Evidence: ${who}`,
  call: "What the call said",
  attempt: "Attempt",
  sentFrom: "Sent from",
  provider: "Provider",
  unknownSince: "Unknown since",

  mark: (who: string) => `Mark ${who}`,
  markAll: (count: number) => `Mark all ${n(count)} that are shown`,
  marked: (count: number) => `${n(count)} marked`,
  unmark: "Clear marks",
  many: {
    sent: (count: number) => `Count ${messages(count)} as sent?`,
    not_sent: (count: number) => `Count ${messages(count)} as not sent?`,
    resend: (count: number) => `Send ${messages(count)} again?`,
  } satisfies Record<Settlement, (count: number) => string>,
  manyMeans: {
    sent: "They count as sent and their points are spent. Nothing goes out.",
    not_sent: "They count as failed and their points return to the wallet. Nothing goes out.",
    resend:
      "Each goes out once more. Whoever already has it gets it twice, because the provider may have taken the first one.",
  } satisfies Record<Settlement, string>,
  manyDo: {
    sent: (count: number) => `Count ${n(count)} as sent`,
    not_sent: (count: number) => `Count ${n(count)} as not sent`,
    resend: (count: number) => `Send ${n(count)} again`,
  } satisfies Record<Settlement, (count: number) => string>,
  manyTitle: (count: number) => `Settle ${messages(count)}`,
  andMore: (count: number) => `and ${n(count)} more`,
  meanwhile: (count: number) =>
    `${many(count, "message was", "messages were")} decided meanwhile and stayed as decided.`,

  none: "Nothing is uncertain",
  noneHint: "Messages whose fate a provider does not tell stand here until somebody decides.",
  noMatch: "No uncertain message matches",
  noMatchHint: "Choose another campaign or number, or clear the filters.",
};
