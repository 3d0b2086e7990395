import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { command, read } from "./client";
import type { Page, Proof, Txn, Wallet } from "./types";

export const wallet = () =>
  queryOptions({
    queryKey: ["wallet", "now"],
    queryFn: ({ signal }) => read<Wallet>("/wallet", { signal }),
    refetchInterval: 5000,
  });

export const walletTxns = () =>
  infiniteQueryOptions({
    queryKey: ["wallet", "txns"],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Txn>>("/wallet/txns", { query: { cursor: pageParam, limit: 100 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const walletProof = () =>
  queryOptions({
    queryKey: ["wallet", "proof"],
    queryFn: ({ signal }) => read<Proof>("/wallet/proof", { signal }),
    staleTime: 10_000,
  });

export const topUp = (points: number, note: string, idempotencyKey: string) =>
  command<Wallet>("/wallet/topup", {
    body: note ? { points, note } : { points },
    idempotencyKey,
  });
