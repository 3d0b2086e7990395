import { describe, expect, it } from "vitest";
import { leastRole, may, PERMISSIONS, ROLES, roleMay } from "./permissions";

describe("what a person may do", () => {
  it("is what the server says, whatever the role", () => {
    const me = { role: "admin" as const, permissions: ["contacts.read" as const] };
    expect(may(me, "contacts.read")).toBe(true);
    expect(may(me, "settings.write")).toBe(false);
  });

  it("goes by the role where the server does not say", () => {
    const agent = { role: "agent" as const };
    expect(may(agent, "chats.write")).toBe(true);
    expect(may(agent, "contacts.write")).toBe(true);
    expect(may(agent, "campaigns.write")).toBe(false);
    expect(may(agent, "history.read")).toBe(false);
    const manager = { role: "manager" as const };
    expect(may(manager, "campaigns.write")).toBe(true);
    expect(may(manager, "history.read")).toBe(true);
    expect(may(manager, "wallet.write")).toBe(false);
    expect(may(manager, "team.write")).toBe(false);
  });

  it("is nothing for someone to whom the server grants nothing", () => {
    expect(PERMISSIONS.some((one) => may({ role: "admin", permissions: [] }, one))).toBe(false);
  });
});

describe("the table of roles", () => {
  it("gives a higher role all that a lower one has, and an administrator everything", () => {
    for (const permission of PERMISSIONS) {
      const least = ROLES.indexOf(leastRole(permission));
      expect(ROLES.map((role) => roleMay(role, permission))).toEqual(
        ROLES.map((_, index) => index >= least),
      );
      expect(roleMay("admin", permission)).toBe(true);
    }
  });
});
