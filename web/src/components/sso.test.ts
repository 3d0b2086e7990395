import { expect, it } from "vitest";
import { t } from "@/i18n/catalogue";
import { ssoMessage } from "./sso";

it.each(["cancelled", "failed", "expired", "unverified", "link_first", "not_allowed", "taken"])(
  "has words of its own for %s",
  (code) => {
    expect(ssoMessage(code)).toBe(t.signIn.sso[code]);
    expect(ssoMessage(code)).not.toBe(t.signIn.ssoUnknown);
  },
);

it("says that it did not work where the code is not known", () => {
  expect(ssoMessage("brand_new")).toBe(t.signIn.ssoUnknown);
  expect(ssoMessage("toString")).toBe(t.signIn.ssoUnknown);
});

it("is silent where nobody came back", () => {
  expect(ssoMessage(undefined)).toBeNull();
  expect(ssoMessage("")).toBeNull();
});
