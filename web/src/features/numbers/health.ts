import type { Tone } from "@/components/ui/badge";
import { numberWords } from "@/i18n/en/number-words";

export type Grade = keyof typeof numberWords.healthGrades;

/** The bounds are those at which the server slows a number down. */
export const gradeOf = (score: number): Grade =>
  score >= 80 ? "good" : score >= 50 ? "fair" : "poor";

export const gradeTone: Record<Grade, Tone> = { good: "good", fair: "warn", poor: "bad" };

/** A cause in words; one that is newer than this page by its name. */
export const causeSaid = (cause: string): string => {
  const words = Object.hasOwn(numberWords.causes, cause) ? numberWords.causes[cause] : undefined;
  const plain = cause.replaceAll("_", " ");
  return words ?? plain.charAt(0).toUpperCase() + plain.slice(1);
};
