import { expect, it } from "vitest";
import { ApiError } from "@/api/problem";
import { explain } from "@/components/ui/toasts";
import { inviteErrors } from "./invite-errors";

it("puts what is wrong with the person at their email", () => {
  const refused = new ApiError(409, { code: "already_member", detail: "is a member" });
  expect(inviteErrors(refused)).toEqual({
    email: "This person already belongs to the organisation.",
  });
});

it("leaves what the server says by field where it is", () => {
  const invalid = new ApiError(422, {
    code: "invalid",
    errors: [{ field: "email", message: "is not an address" }],
  });
  expect(inviteErrors(invalid)).toEqual({ email: "is not an address" });
  expect(inviteErrors(new ApiError(0, {}))).toEqual({});
});

it("says what a refusal means instead of the server's words", () => {
  const refused = new ApiError(409, { code: "last_admin", detail: "last admin", trace_id: "4bf9" });
  expect(explain(refused)).toMatch(/^This is the last administrator\./);
});
