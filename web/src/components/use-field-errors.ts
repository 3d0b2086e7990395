import { useMemo } from "react";
import { ApiError } from "@/api/problem";

/** For a refusal by its code: the field that it is about, and our words for it. */
export type Places = Record<string, [field: string, words: string]>;

/** Messages by field, wherever the server says the field or only its code tells it. */
export function fieldErrors(error: unknown, places: Places = {}): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const place = places[error.code];
  return place ? { [place[0]]: place[1] } : error.fields;
}

/** The form forgets its messages whenever it is given another object. */
export const useFieldErrors = (error: unknown, places?: Places) =>
  // biome-ignore lint/correctness/useExhaustiveDependencies: the places are the same each time
  useMemo(() => fieldErrors(error, places), [error]);
