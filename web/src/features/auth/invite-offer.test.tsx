import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { signedIn, signedOut } from "@/api/session";
import { InviteOffer } from "./invite-offer";

const offer = {
  business_name: "Harbour Coffee",
  email: "rani@example.com",
  role: "agent",
  expires_at: "2026-11-27T10:00:00Z",
  has_account: false,
};

type Answer = [status: number, body: unknown];

function open(answers: { offer: Answer; accept?: Answer; again?: Answer; me?: Answer }) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const which = path.endsWith("/accept") ? "accept" : path.endsWith("/me") ? "me" : "offer";
    if (init.body) sent.push(JSON.parse(String(init.body)));
    const asked = which === "accept" && sent.length > 1 ? "again" : which;
    const [status, body] = answers[asked] ?? answers[which] ?? [500, {}];
    return new Response(JSON.stringify(body), { status });
  });
  const onAccepted = vi.fn(async () => {});
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
    >
      <InviteOffer token="abc" onAccepted={onAccepted} foot={null} />
    </QueryClientProvider>,
  );
  return { sent, onAccepted };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  signedOut();
});

it("takes a new person in with a name and a password that keeps the rules", async () => {
  const { sent, onAccepted } = open({
    offer: [200, offer],
    accept: [200, { access_token: "in", expires_in: 900 }],
  });
  await screen.findByRole("heading", { name: "Join Harbour Coffee" });
  await userEvent.type(screen.getByLabelText("Your name"), " Rani Putri ");
  await userEvent.type(screen.getByLabelText("Password"), "short");
  await userEvent.click(screen.getByRole("button", { name: /^Join/ }));
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText("Password"), " quiet harbour 9");
  await userEvent.click(screen.getByRole("button", { name: "Join" }));
  expect(sent).toEqual([{ full_name: "Rani Putri", password: "short quiet harbour 9" }]);
  expect(onAccepted).toHaveBeenCalledOnce();
});

it("asks who has an account for its password only, and says when it is wrong", async () => {
  const { sent, onAccepted } = open({
    offer: [200, { ...offer, has_account: true }],
    accept: [401, { code: "wrong_credentials" }],
  });
  await userEvent.type(await screen.findByLabelText("Password"), "x");
  expect(screen.queryByLabelText("Your name")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Join" }));
  expect((await screen.findByRole("alert")).textContent).toBe("The password is not right.");
  expect(sent).toEqual([{ password: "x" }]);
  expect(onAccepted).not.toHaveBeenCalled();
});

it("asks for a code too where the account has a second factor", async () => {
  const { sent, onAccepted } = open({
    offer: [200, { ...offer, has_account: true }],
    accept: [401, { code: "second_factor", errors: [{ field: "code", message: "a code too" }] }],
    again: [200, { access_token: "in", expires_in: 900 }],
  });
  await userEvent.type(await screen.findByLabelText("Password"), "a quiet harbour 9{Enter}");
  expect(await screen.findByText(/^This account has a second factor/)).toBeTruthy();
  expect(onAccepted).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Code"), "123456{Enter}");
  await vi.waitFor(() => expect(onAccepted).toHaveBeenCalledOnce());
  expect(sent).toEqual([
    { password: "a quiet harbour 9" },
    { password: "a quiet harbour 9", code: "123456" },
  ]);
});

it.each([
  [404, "This invite does not hold"],
  [410, "This invite has expired"],
])("says what a link is that answers %i", async (status, title) => {
  open({ offer: [status, { code: "over" }] });
  expect(await screen.findByRole("heading", { name: title })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Join" })).toBeNull();
});

it("says so when the invite ends while it is being accepted", async () => {
  open({ offer: [200, { ...offer, has_account: true }], accept: [410, {}] });
  await userEvent.type(await screen.findByLabelText("Password"), "x");
  await userEvent.click(screen.getByRole("button", { name: "Join" }));
  expect(await screen.findByRole("heading", { name: "This invite has expired" })).toBeTruthy();
});

it("tells someone else who is signed in that joining changes that", async () => {
  signedIn("token");
  open({
    offer: [200, offer],
    me: [200, { user: { full_name: "Nadia Karim", email: "nadia@example.com" } }],
  });
  expect((await screen.findByText(/signed in as Nadia Karim/)).textContent).toContain(
    "nadia@example.com",
  );
});
