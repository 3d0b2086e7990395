import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api/problem";

/** Refused for want of a role: what the page believes about the person is out of date. */
const onError = (error: unknown) => {
  if (error instanceof ApiError && error.status === 403 && error.code === "role") {
    void queryClient.invalidateQueries({ queryKey: ["me"] });
  }
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // What the server refuses it refuses again; only silence is worth a retry.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
      // A page must say that the server is away rather than wait without a word.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
