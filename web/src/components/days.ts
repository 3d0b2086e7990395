/** A day as inputs write it, `YYYY-MM-DD`, that exists. */
export function readDay(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
}

export type Days = { from?: string; to?: string };

/** Both days are whole, as the clock of who looks has them; the second moment belongs to the day after. */
export const between = ({ from, to }: Days): Days => ({
  from: from && startOf(from),
  to: to && startOf(to, 1),
});

function startOf(day: string, later = 0): string {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start.toISOString();
}
