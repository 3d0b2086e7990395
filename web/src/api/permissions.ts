import type { Permission } from "./team-types";
import type { Me, Role } from "./types";

export const ROLES: readonly Role[] = ["agent", "manager", "admin"];

/** The lowest role that has each permission, in the order in which people read them. */
const LEAST = {
  "contacts.read": "agent",
  "contacts.write": "agent",
  "chats.read": "agent",
  "chats.write": "agent",
  "media.read": "agent",
  "media.write": "agent",
  "campaigns.read": "agent",
  "campaigns.write": "manager",
  "numbers.read": "agent",
  "numbers.write": "manager",
  "wallet.read": "agent",
  "wallet.write": "admin",
  "history.read": "manager",
  "operation.read": "agent",
  "operation.write": "admin",
  "team.read": "agent",
  "team.write": "admin",
  "keys.read": "admin",
  "keys.write": "admin",
  "settings.read": "agent",
  "settings.write": "admin",
  "audit.read": "admin",
  "privacy.write": "admin",
} satisfies Record<Permission, Role>;

export const PERMISSIONS = Object.keys(LEAST) as Permission[];

export const leastRole = (permission: Permission): Role => LEAST[permission];

export const roleMay = (role: Role, permission: Permission): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(LEAST[permission]);

/** What the server says the person may do; a server that does not say goes by the role. */
export const may = (me: Pick<Me, "role" | "permissions">, permission: Permission): boolean =>
  me.permissions?.includes(permission) ?? roleMay(me.role, permission);
