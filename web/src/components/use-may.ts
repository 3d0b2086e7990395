import { leastRole, may } from "@/api/permissions";
import type { Permission } from "@/api/team-types";
import { t } from "@/i18n/catalogue";
import { useMe } from "./use-me";

/** Whether the person signed in is allowed something in this organisation. */
export function useMay(permission: Permission): boolean {
  return may(useMe(), permission);
}

/** The reason that a button gives where the person is not allowed. */
export function useWhyNot(permission: Permission): string | false {
  return !useMay(permission) && t.roles.needs(t.roles.names[leastRole(permission)]);
}
