import { describe, expect, it } from "vitest";
import { hasRoom, toE164, twice, withIds } from "./made";

const ids = (...choices: [id: string, title: string][]) =>
  withIds(choices.map(([id, title]) => ({ id, title }))).map(({ id }) => id);

describe("what comes back when somebody chooses", () => {
  it("is what the choice says", () => {
    expect(ids(["", "Yes, please "], ["", "No"])).toEqual(["yes,-please", "no"]);
  });

  it("stays as it was, and is there once", () => {
    expect(ids(["no", "Yes"], ["", "No"], ["", "no"])).toEqual(["no", "no-2", "no-3"]);
  });
});

it("finds titles that are there twice", () => {
  expect(twice(["Yes", "No", " Yes", "", ""])).toEqual([2]);
});

it("sends a number as plus sign and digits", () => {
  expect(toE164("+62 (812) 345-678")).toBe("+62812345678");
});

it("has room for ten rows in all sections together", () => {
  const rows = (count: number) => ({ rows: Array.from({ length: count }) });
  expect(hasRoom([rows(5), rows(4)])).toBe(true);
  expect(hasRoom([rows(5), rows(5)])).toBe(false);
});
