import type { ErrorClass } from "@/api/types";

/** What kind of failure it was, the same for all providers. */
const classes = {
  retry: "a failure that passes",
  throttle: "the number was too fast",
  throttle_pair: "too often to this person",
  cooldown: "the person has to be left alone for a while",
  number: "the person cannot get it",
  window: "the 24-hour window is closed",
  template: "a problem of the template",
  param: "the message is not as it has to be",
  media: "a problem of the file",
  auth: "the credentials do not hold",
  ban: "the number is restricted",
  session: "the linked device is not ready",
} satisfies Record<ErrorClass, string> as Record<string, string>;

export const errorClass = (name: string): string => classes[name] ?? name.replaceAll("_", " ");
