import type { Strategy } from "@/api/types";
import { many } from "./numbers";

/** How messages are spread over time: for the packages, the wizard and a campaign; fetched with them. */
export const paceWords = {
  strategy: "Waiting strategy",
  strategies: {
    immediate: "Immediate",
    queued: "Queued",
    drip: "Drip",
    smart: "Smart",
  } satisfies Record<Strategy, string>,
  meanings: {
    immediate: "As fast as the limits let it, without pauses between messages.",
    queued: "One after the other: each number pauses after every message.",
    drip: "One recipient, then the next after some minutes, whichever number sends.",
    smart: "Spread over the rest of the day; slower while a number's health is poor.",
  } satisfies Record<Strategy, string>,
  every: (minutes: number) => `every ${many(minutes, "minute", "minutes")}`,
  minutes: "Minutes between two recipients",
  minutesNeeded: "Say how many minutes lie between two recipients, 1 to 1440.",
  /** "Drip, every 5 minutes" */
  said: (name: string, every: string | null) => (every ? `${name}, ${every}` : name),
  ofPackage: "As the package has it",
  ofPackageHint: (strategy: string) => `Now: ${strategy}.`,
  when: "When it begins",
  atOnce: "As soon as it is started",
  later: "Not before a time",
  startAt: "Start at",
  inZone: (zone: string) => `In the time zone ${zone}.`,
  past: "This time is over: it would begin at once.",
  startNeeded: "Choose the day and the time.",
  notBefore: "Not before",
  begins: "Begins",
};
