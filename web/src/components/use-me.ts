import { useSuspenseQuery } from "@tanstack/react-query";
import { me } from "@/api/auth";

/** The person signed in; every screen inside the shell has one. */
export function useMe() {
  return useSuspenseQuery(me()).data;
}
