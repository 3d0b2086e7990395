/** Times of a clock somewhere else, as date-time inputs write them: `2026-11-01T09:00`. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/** What the clock in the zone shows at that moment. */
export function toLocal(at: Date, zone: string): string {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** The moment at which the clock in the zone shows it; of an hour that is left out, the moment after. */
export function fromLocal(local: string, zone: string): Date | null {
  if (!LOCAL.test(local)) return null;
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  const shown = (at: number) => Date.parse(`${toLocal(new Date(at), zone)}Z`);
  let at = wanted;
  // The second turn is for a change of the clock between the guess and the answer.
  for (let turn = 0; turn < 2; turn++) at += wanted - shown(at);
  return new Date(at);
}

const DAY_TIME: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
};

/** A moment as people in the zone say it, with the zone. */
export function whenIn(at: string | Date, zone: string): string {
  const text = new Intl.DateTimeFormat("en-GB", { ...DAY_TIME, timeZone: zone }).format(
    new Date(at),
  );
  return `${text} (${zone.replaceAll("_", " ")})`;
}
