import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_S = 30;

function fromBase32(text: string): Buffer {
  let bits = "";
  for (const letter of text.replaceAll("=", "").toUpperCase()) {
    bits += LETTERS.indexOf(letter).toString(2).padStart(5, "0");
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** What an authenticator app shows (RFC 6238: SHA-1, 30 seconds, six digits), now or some steps later. */
export function totp(secret: string, later = 0, now = Date.now()): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 1000 / STEP_S) + later));
  const hash = createHmac("sha1", fromBase32(secret)).update(step).digest();
  const at = (hash.at(-1) ?? 0) & 0x0f;
  const code = (hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000;
  return String(code).padStart(6, "0");
}

/** Six digits that the app does not show around now. */
export function wrongTotp(secret: string): string {
  const near = [-2, -1, 0, 1, 2].map((later) => totp(secret, later));
  const other = ["000000", "111111", "222222", "333333", "444444", "555555"];
  return other.find((code) => !near.includes(code)) ?? "666666";
}
