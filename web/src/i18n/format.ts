import { t } from "./catalogue";

/** Numbers, times and durations as the reader's language writes them. */

const LOCALE = "en-GB";

const whole = new Intl.NumberFormat(LOCALE);
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "short" });

export const count = (n: number) => whole.format(n);
export const compact = (n: number) => (n < 10_000 ? whole.format(n) : short.format(n));
export const percent = (n: number) => share.format(n);
export const signed = (n: number) =>
  n > 0 ? `+${whole.format(n)}` : whole.format(n).replace("-", "−");

export function plural(n: number, one: string, many: string): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}

export const exactTime = (at: string) => exact.format(new Date(at));
export const clockTime = (at: string | Date) => clock.format(new Date(at));
export const secondsTime = (at: string | Date) => clockSeconds.format(new Date(at));

/** A time of today as a clock, an older one with its day. */
export function when(at: string | Date, now = new Date()): string {
  const date = new Date(at);
  if (date.toDateString() === now.toDateString()) return clock.format(date);
  if (date.getFullYear() === now.getFullYear()) {
    return `${dayMonth.format(date)}, ${clock.format(date)}`;
  }
  return dayMonthYear.format(date);
}

export const dayOf = (at: string) => dayMonthYear.format(new Date(at));

/** Only the place that a list row has: a clock today, a day before. */
export function shortWhen(at: string, now = new Date()): string {
  const date = new Date(at);
  return date.toDateString() === now.toDateString() ? clock.format(date) : dayMonth.format(date);
}

export const dayLabel = (date: string) => dayMonth.format(new Date(`${date}T12:00:00`));

export function ago(at: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

export function duration(seconds: number): string {
  if (seconds < 1) return t.time.underASecond;
  if (seconds < 59.5) return t.time.seconds(Math.round(seconds));
  // Rounded first, so that no hour has sixty minutes.
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t.time.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t.time.hours(hours, minutes % 60);
  return t.time.days(Math.round(hours / 24));
}
