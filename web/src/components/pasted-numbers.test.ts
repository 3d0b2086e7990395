import { expect, it } from "vitest";
import { numbersOf } from "./pasted-numbers";

it("finds the numbers of a pasted text, each once, with the blanks inside them", () => {
  expect(numbersOf(" 0812 345\n+49 170;\n\n0812 345, 0813\t0814")).toEqual([
    "0812 345",
    "+49 170",
    "0813",
    "0814",
  ]);
});
