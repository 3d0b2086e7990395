import { randomId } from "./identity";

/** That some tab was given an access token, and until when it is good; never the token itself. */
export type Renewal = { id: string; goodUntil: number };

const RENEWED = "waybill.session-renewed";

export function readRenewal(): Renewal | null {
  try {
    const [id, goodUntil] = (localStorage.getItem(RENEWED) ?? "").split(" ");
    return id && goodUntil ? { id, goodUntil: Number(goodUntil) } : null;
  } catch {
    // Without storage each tab knows of itself only.
    return null;
  }
}

export function writeRenewal(goodUntil: number): Renewal {
  const renewal = { id: randomId(), goodUntil };
  try {
    localStorage.setItem(RENEWED, `${renewal.id} ${goodUntil}`);
  } catch {
    // As above.
  }
  return renewal;
}
