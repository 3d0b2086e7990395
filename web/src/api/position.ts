/**
 * The place of this tab's last command in the log. Reads that follow a command
 * ask for at least that place, so nobody sees a page from before what they just
 * did. After half a minute every read model has long passed it.
 */

const REMEMBER_MS = 30_000;

let last: { position: number; at: number } | null = null;

export function noteCommand(position: number, now = Date.now()): void {
  if (!last || position >= last.position) last = { position, at: now };
}

export function wantedPosition(now = Date.now()): number | null {
  return last && now - last.at < REMEMBER_MS ? last.position : null;
}

export function forgetPosition(): void {
  last = null;
}
