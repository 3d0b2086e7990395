import { useQuery } from "@tanstack/react-query";
import { organisation } from "@/api/organisation";
import { useMe } from "./use-me";

/** What becomes of an uncertain message at its deadline; undefined until it is known. */
export function useUncertainPolicy(): string | undefined {
  const { tenant } = useMe();
  const { data } = useQuery({ ...organisation(tenant.id), staleTime: 60_000 });
  return data && (data.uncertain_policy ?? "hold");
}
