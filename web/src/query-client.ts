import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api/problem";

export const queryClient = new QueryClient({
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
