import { countdown, secondsLeft } from "@/components/countdown";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";

/** What the deadline will do and when, or that it is over and what that means. */
export function deadlineSaid(deadline: string, now: number, policy: string | undefined): string {
  const left = secondsLeft(Date.parse(deadline), now);
  if (left > 0) {
    const said = (policy && words.countdown[policy]) || words.deadline;
    return said(countdown(left));
  }
  return (policy && words.over[policy]) || words.overUnknown;
}
