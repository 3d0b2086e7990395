import { expect, it } from "vitest";
import { PERMISSIONS } from "@/api/permissions";
import { byArea, inShort, isRead, offered } from "./scopes";

it("offers all that an administrator may, but what is for people only", () => {
  const missing = PERMISSIONS.filter((one) => !offered({ role: "admin" }).includes(one));
  expect(missing).toEqual(["team.write", "keys.write"]);
});

it("offers nothing that the maker lacks", () => {
  expect(offered({ role: "admin", permissions: ["contacts.read", "keys.write"] })).toEqual([
    "contacts.read",
  ]);
});

it("keeps every permission once, by what it is about", () => {
  const areas = byArea(offered({ role: "admin" }));
  expect(areas.flatMap(([, permissions]) => permissions)).toEqual(offered({ role: "admin" }));
  expect(areas[0]).toEqual(["contacts", ["contacts.read", "contacts.write"]]);
});

it("knows what only reads", () => {
  expect(["wallet.read", "wallet.write"].filter(isRead)).toEqual(["wallet.read"]);
});

it("says in short what is read and changed, with what only the server knows at the end", () => {
  expect(inShort(["future.read", "wallet.read", "contacts.write", "contacts.read"])).toEqual({
    reads: ["contacts", "wallet", "future"],
    changes: ["contacts"],
  });
});
