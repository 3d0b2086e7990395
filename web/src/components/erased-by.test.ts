import { expect, it } from "vitest";
import { erasedBy } from "./erased-by";

const me = { user: { id: "n", email: "nadia@example.com", full_name: "Nadia Karim" } };

it.each([
  ["Rani Putri", "Rani Putri"],
  ["user:n", "Nadia Karim"],
  ["user:gone", "Somebody who is not here any more"],
  ["api_key:gone", "Somebody who is not here any more"],
  [null, "Waybill"],
])("says of %s that it was %s", (by, name) => {
  expect(erasedBy({ by }, me)).toBe(name);
});
