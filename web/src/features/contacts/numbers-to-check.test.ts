import { expect, it } from "vitest";
import type { ValidatedNumber } from "@/api/types";
import { asTable, reasonAgainst, whatsappSaid } from "./numbers-to-check";

const row = (part: Partial<ValidatedNumber>): ValidatedNumber => ({
  input: "0812",
  valid: true,
  e164: "+62812",
  error: null,
  on_whatsapp: null,
  provider: null,
  checked_at: null,
  age_seconds: null,
  not_checked: null,
  ...part,
});

it("says why they cannot be checked", () => {
  expect(reasonAgainst(0, false)).toMatch(/at least one/);
  expect(reasonAgainst(101, false)).toBeNull();
  expect(reasonAgainst(101, true)).toMatch(/100 numbers at most/);
  expect(reasonAgainst(1001, false)).toMatch(/At most 1,000/);
});

it("never takes what nobody knows for a no", () => {
  expect(whatsappSaid(row({}), false)).toBe("Not asked");
  expect(whatsappSaid(row({}), true)).toBe("Not known");
  expect(whatsappSaid(row({ on_whatsapp: false }), true)).toBe("No");
});

it("is a table that a spreadsheet reads as text", () => {
  const table = asTable([row({ input: "=1+1\t2", valid: false, e164: null, error: "no" })], false);
  expect(table.split("\n")[1]).toBe("'=1+1 2\t\tno\tNot asked");
});
