import type { ValidatedNumber } from "@/api/types";
import { checkWords as words } from "@/i18n/en/check-words";

/** So many at once, and of these so many that a provider is asked about. */
export const MOST = 1000;
export const MOST_ASKED = 100;

/** Why they cannot be checked as they are. */
export function reasonAgainst(count: number, asks: boolean): string | null {
  if (count === 0) return words.none;
  if (asks && count > MOST_ASKED) return words.tooManyAsked(MOST_ASKED);
  return count > MOST ? words.tooMany(MOST) : null;
}

export function whatsappSaid(row: ValidatedNumber, asked: boolean): string {
  if (row.on_whatsapp !== null) return row.on_whatsapp ? words.yes : words.no;
  return asked && row.valid ? words.unknown : words.notAsked;
}

/** For a spreadsheet: cells that begin like a formula stay text there. */
export function asTable(rows: ValidatedNumber[], asked: boolean): string {
  const head = [words.input, words.number, words.form, words.whatsapp];
  const body = rows.map((row) => [
    row.input,
    row.e164 ?? "",
    row.valid ? words.valid : (row.error ?? words.invalid),
    whatsappSaid(row, asked),
  ]);
  return [head, ...body].map((cells) => cells.map(cell).join("\t")).join("\n");
}

const cell = (text: string) => {
  const line = text.replace(/[\t\n\r]+/g, " ");
  return /^[=@-]/.test(line) ? `'${line}` : line;
};
