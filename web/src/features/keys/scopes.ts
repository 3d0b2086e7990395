import { may, PERMISSIONS } from "@/api/permissions";
import type { Permission } from "@/api/team-types";
import type { Me } from "@/api/types";
import { t } from "@/i18n/catalogue";

/** What only people do, whatever the role of who makes the key. */
const FOR_PEOPLE: readonly Permission[] = ["team.write", "keys.write"];

type Maker = Pick<Me, "role" | "permissions">;

/** What a key of this person may be allowed: nothing that they lack themselves. */
export const offered = (me: Maker): Permission[] =>
  PERMISSIONS.filter((permission) => !FOR_PEOPLE.includes(permission) && may(me, permission));

export const isRead = (permission: string): boolean => permission.endsWith(".read");

const areaOf = (permission: string) => permission.split(".")[0] ?? permission;
export const areaName = (area: string): string => t.apiKeys.areas[area] ?? area;

/** The same permissions by what they are about, in the same order. */
export function byArea(permissions: readonly Permission[]): [string, Permission[]][] {
  const areas = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const area = areaOf(permission);
    areas.set(area, [...(areas.get(area) ?? []), permission]);
  }
  return [...areas];
}

/** The areas that a key reads and those that it changes, by name, for a row of a table. */
export function inShort(scopes: readonly string[]): { reads: string[]; changes: string[] } {
  const names = (some: string[]) => some.map((scope) => areaName(areaOf(scope)));
  const sorted = [...scopes].sort((a, b) => placeOf(a) - placeOf(b));
  return {
    reads: names(sorted.filter(isRead)),
    changes: names(sorted.filter((scope) => !isRead(scope))),
  };
}

/** What a server knows and this page does not comes last. */
function placeOf(scope: string): number {
  const place = PERMISSIONS.indexOf(scope as Permission);
  return place < 0 ? PERMISSIONS.length : place;
}
