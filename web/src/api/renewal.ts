import { randomId } from "./identity";

/** That some tab was given an access token, and until when it is good; never the token itself. */
export type Renewal = { id: string; goodUntil: number };

const RENEWED = "waybill.session-renewed";

export function readRenewal(): Renewal | null {
  try {
    return parse(localStorage.getItem(RENEWED) ?? "");
  } catch {
    // Without storage each tab knows of itself only.
    return null;
  }
}

export function writeRenewal(goodUntil: number): Renewal {
  const renewal = { id: randomId(), goodUntil };
  try {
    localStorage.setItem(RENEWED, write(renewal));
  } catch {
    // As above.
  }
  return renewal;
}

let letGo: () => void = () => {};

/**
 * Holds a lock whose name tells of the renewal. What one tab stores another may read
 * too late; what locks are held is known to all of them at once.
 */
export async function holdRenewal(renewal: Renewal): Promise<void> {
  dropRenewal();
  if (!("locks" in navigator)) return;
  await new Promise<void>((isHeld) => {
    void navigator.locks.request(`${RENEWED} ${write(renewal)}`, () => {
      isHeld();
      return new Promise<void>((end) => {
        letGo = end;
      });
    });
  });
}

export function dropRenewal(): void {
  letGo();
  letGo = () => {};
}

/** The last renewal that any tab has made, as far as it is known now. */
export async function latestRenewal(): Promise<Renewal | null> {
  const { held = [] } = "locks" in navigator ? await navigator.locks.query() : {};
  return held
    .map(({ name = "" }) =>
      name.startsWith(`${RENEWED} `) ? parse(name.slice(RENEWED.length + 1)) : null,
    )
    .reduce(later, readRenewal());
}

const later = (a: Renewal | null, b: Renewal | null) =>
  a && b ? (b.goodUntil > a.goodUntil ? b : a) : (a ?? b);

const write = ({ id, goodUntil }: Renewal) => `${id} ${goodUntil}`;

function parse(text: string): Renewal | null {
  const [id, goodUntil] = text.split(" ");
  return id && goodUntil ? { id, goodUntil: Number(goodUntil) } : null;
}
