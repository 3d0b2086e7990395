import { command } from "./client";
import type { NumbersToValidate, ValidatedNumber } from "./types";

/** Asks about numbers; nothing is sent and nothing is put on the record. */
export const validateNumbers = (body: NumbersToValidate) =>
  command<{ items: ValidatedNumber[] }>("/validate-numbers", { body });
