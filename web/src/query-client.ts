import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api/problem";

/** Refused for want of a role: what the page believes about the person is out of date. */
const onError = (error: unknown) => {
  if (error instanceof ApiError && error.status === 403 && error.code === "role") {
    void queryClient.invalidateQueries({ queryKey: ["me"] });
  }
};

/** Longer than this a page says that it was refused rather than wait without a word. */
const PATIENCE_S = 5;

/** How many milliseconds until a limit of requests lets the next one through, where that is soon. */
function limitedFor(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.code !== "rate_limited") return null;
  const seconds = error.problem.retry_after_s;
  return seconds !== undefined && seconds <= PATIENCE_S ? seconds * 1000 : null;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // What the server refuses it refuses again; only silence is worth a retry, and a limit
      // that ends soon.
      retry: (failures, error) =>
        failures < 2 &&
        (!(error instanceof ApiError) ||
          error.status === 0 ||
          error.status >= 502 ||
          limitedFor(error) !== null),
      retryDelay: (failures, error) => limitedFor(error) ?? Math.min(500 * 2 ** failures, 4000),
      // A page must say that the server is away rather than wait without a word.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
