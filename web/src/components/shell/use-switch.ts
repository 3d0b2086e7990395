import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { startAfresh, switchTenant } from "@/api/auth";
import type { Id } from "@/api/types";

/** Goes to another organisation of the same person: its session, its data, its Home. */
export function useSwitch() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (tenant: Id) => {
      await switchTenant(tenant);
      // Home first: what is open belongs to the organisation that is left.
      await navigate({ to: "/" });
      await startAfresh(client);
    },
  });
}
