import {
  dropRenewal,
  holdRenewal,
  latestRenewal,
  type Renewal,
  readRenewal,
  writeRenewal,
} from "./renewal";

/**
 * Who is signed in, as far as the transport is concerned. The access token lives
 * in memory only, and in a cookie that scripts cannot read; a reload goes on with
 * the cookie. Storage keeps nothing but the fact that there was a session, so that
 * a stranger's first visit asks the server nothing, the time at which it last
 * became another one, and until when what any tab was given last is good.
 */

const HINT = "waybill.signed-in";
const REPLACED = "waybill.session-replaced";

/** A token is renewed this long before its end, rather than after a refusal. */
const EARLY_MS = 30_000;

let accessToken: string | null = null;
/** The renewal that this tab goes by: its own, or one that another tab made. */
let renewal: Renewal | null = readRenewal();
let refreshing: Promise<boolean> | null = null;
let onSignedOut: () => void = () => {};

export function currentToken(): string | null {
  return accessToken;
}

export function mayHaveSession(): boolean {
  return accessToken !== null || readHint();
}

export function aboutToExpire(now = Date.now()): boolean {
  return renewal !== null && mayHaveSession() && isOver(renewal, now);
}

const isOver = (of: Renewal, now: number) => now > of.goodUntil - EARLY_MS;

export function signedIn(token: string, expiresInSeconds = Number.POSITIVE_INFINITY): void {
  accessToken = token;
  renewal = writeRenewal(Date.now() + expiresInSeconds * 1000);
  expectSession();
}

/** There may be a session from now on, also one that was begun without this page. */
export function expectSession(): void {
  try {
    localStorage.setItem(HINT, "1");
  } catch {
    // Without storage a reload asks for the password again.
  }
}

export function signedOut(): void {
  accessToken = null;
  renewal = null;
  dropRenewal();
  try {
    localStorage.removeItem(HINT);
  } catch {
    // Nothing was kept.
  }
}

/** The cookie is now another session's: tabs that show the old one have to begin anew. */
export function tellOtherTabs(): void {
  try {
    localStorage.setItem(REPLACED, String(Date.now()));
  } catch {
    // They find out with their next token.
  }
}

export function whenReplacedElsewhere(action: () => void): void {
  window.addEventListener("storage", (event) => {
    if (event.key === REPLACED && event.newValue !== null) action();
  });
}

/** What to do once the session has ended and cannot be refreshed. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

export function sessionEnded(): void {
  signedOut();
  onSignedOut();
}

/**
 * Makes the session good for a while longer. Requests that fail together share one
 * exchange of the refresh cookie, and so do the tabs: a rotated token that is used
 * twice would end the whole session.
 */
export function refreshSession(): Promise<boolean> {
  refreshing ??= inTurn(async () => (await takeOver()) || (await exchange())).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/**
 * Another tab renewed the session since this one last did: the cookie has its new
 * access token, so this tab goes on with the cookie and leaves the rest alone.
 */
async function takeOver(now = Date.now()): Promise<boolean> {
  const latest = await latestRenewal();
  if (latest === null || latest.id === renewal?.id || isOver(latest, now)) return false;
  accessToken = null;
  renewal = latest;
  return true;
}

/** Tells whether the session was renewed between two moments, by whichever tab. */
export const sessionMark = (): string => `${renewal?.id} ${accessToken}`;

/** Tabs share the cookie, so only one of them may exchange it at a time. */
function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  // Locks exist only in secure contexts.
  return "locks" in navigator ? navigator.locks.request("waybill.refresh", work) : work();
}

async function exchange(): Promise<boolean> {
  const response = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-Waybill-Csrf": "1" },
  });
  if (response.status >= 500) throw new TypeError("the session service is not answering");
  if (!response.ok) return false;
  const body = (await response.json()) as { access_token: string; expires_in?: number };
  signedIn(body.access_token, body.expires_in);
  if (renewal) await holdRenewal(renewal);
  return true;
}

function readHint(): boolean {
  try {
    return localStorage.getItem(HINT) === "1";
  } catch {
    return false;
  }
}
