import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import { signedIn, signedOut } from "@/api/session";
import type { Security } from "@/api/types";
import { router } from "@/router";
import { Ways } from "./ways";
import { YourData } from "./your-data";

const SECRET = "JBSWY3DPEHPK3PXP";
const CODES = Array.from({ length: 10 }, (_, nth) => `abcd${nth}-efgh${nth}`);
const plain: Security = {
  has_password: true,
  second_factor: { enabled: false, since: null, recovery_codes_left: 0 },
  identities: [],
};

type Answer = [status: number, body?: unknown];

function open(state: Security, answers: Record<string, Answer[]> = {}) {
  const sent: [string, unknown][] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const at = path.replace("/api/v1/auth", "");
    if (init.method === "GET") {
      const items = at === "/providers" ? [{ id: "acme", name: "Acme" }] : undefined;
      return new Response(JSON.stringify(items ? { items } : state));
    }
    sent.push([`${init.method} ${at}`, init.body ? JSON.parse(String(init.body)) : null]);
    const [status, body] = answers[at]?.shift() ?? [500, {}];
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  signedIn("token");
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "n", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" },
    role: "admin",
    sandbox: false,
  });
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Suspense>
          <Ways />
          <YourData />
        </Suspense>
      </RouterContextProvider>
    </QueryClientProvider>,
  );
  return { sent, client };
}

const region = (name: string) => screen.findByRole("region", { name });

async function press(name: string | RegExp, within_?: HTMLElement) {
  const scope = within_ ? within(within_) : screen;
  await userEvent.click(await scope.findByRole("button", { name }));
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  signedOut();
});

it("turns the second factor on, and shows secret and codes once, remembered nowhere", async () => {
  const { sent, client } = open(plain, {
    "/second-factor": [
      [401, { code: "wrong_credentials" }],
      [
        200,
        { secret: SECRET, otpauth_url: `otpauth://x?secret=${SECRET}`, qr_svg: "<svg>#</svg>" },
      ],
    ],
    "/second-factor/confirm": [
      [422, { code: "wrong_code", errors: [{ field: "code", message: "no" }] }],
      [200, { recovery_codes: CODES }],
    ],
  });
  await press("Turn on");
  await userEvent.type(await screen.findByLabelText("Your password"), "wrong{Enter}");
  expect(await screen.findByText("The password is not right.")).toBeTruthy();
  expect(sent).toHaveLength(1);
  await userEvent.type(screen.getByLabelText("Your password"), "er{Enter}");

  const picture = await screen.findByRole("img", { name: /QR code/ });
  expect(picture.getAttribute("src")).toBe(
    "data:image/svg+xml;charset=utf-8,%3Csvg%3E%23%3C%2Fsvg%3E",
  );
  expect(screen.getByText(SECRET)).toBeTruthy();
  await userEvent.type(screen.getByLabelText("Code of the app"), "000 000{Enter}");
  expect(await screen.findByText(/^This code is not right/)).toBeTruthy();
  expect(sent.at(-1)?.[1]).toEqual({ code: "000000" });
  await userEvent.type(screen.getByLabelText("Code of the app"), "1{Enter}");

  const dialog = await screen.findByRole("dialog", { name: "Your recovery codes" });
  expect(within(dialog).getAllByRole("listitem")).toHaveLength(10);
  await userEvent.keyboard("{Escape}");
  expect(within(dialog).getByText(CODES[0] as string)).toBeTruthy();
  const remembered = [
    ...client.getQueryCache().getAll(),
    ...client.getMutationCache().getAll(),
  ].map((one) => one.state);
  expect(JSON.stringify(remembered)).not.toMatch(/JBSWY|abcd0/);
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(/JBSWY|abcd0/);
  await press("I have stored the codes", dialog);
  expect(screen.queryByText(CODES[0] as string)).toBeNull();
});

it("says how many codes are left, and turns off with password and code", async () => {
  const on = { enabled: true, since: "2026-11-01T08:00:00Z", recovery_codes_left: 2 };
  const { sent } = open({ ...plain, second_factor: on }, { "/second-factor": [[204]] });
  expect(await screen.findByText(/2 recovery codes left/)).toBeTruthy();
  expect(screen.getByText(/^Few recovery codes/)).toBeTruthy();
  await press("Turn off");
  const dialog = await screen.findByRole("dialog", { name: "Turn off the second factor?" });
  await userEvent.type(within(dialog).getByLabelText("Your password"), "a quiet harbour 9");
  await userEvent.type(within(dialog).getByLabelText("Code"), "abcd1-efgh1");
  await press("Turn off", dialog);
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sent).toEqual([
    ["DELETE /second-factor", { password: "a quiet harbour 9", code: "abcd1-efgh1" }],
  ]);
});

it("changes the password, and says at the field that the present one is wrong", async () => {
  const { sent } = open(plain, {
    "/password": [
      [401, { code: "wrong_credentials", errors: [{ field: "current", message: "no" }] }],
      [204],
    ],
  });
  const panel = within(await region("Password"));
  await userEvent.type(panel.getByLabelText("Current password"), "wrong");
  await userEvent.type(panel.getByLabelText("New password"), "a quiet harbour 9");
  await userEvent.click(panel.getByRole("button", { name: "Change the password" }));
  expect(await panel.findByText("The password is not right.")).toBeTruthy();
  await userEvent.type(panel.getByLabelText("Current password"), "er{Enter}");
  await vi.waitFor(() =>
    expect((panel.getByLabelText("New password") as HTMLInputElement).value).toBe(""),
  );
  expect(sent.at(-1)?.[1]).toEqual({ current: "wronger", password: "a quiet harbour 9" });
});

it("lets who came through a provider set a password, and explains the only way in", async () => {
  const identity = {
    id: "i",
    provider: "acme",
    provider_name: "Acme",
    connected_at: "2026-11-01T08:00:00Z",
  };
  const { sent } = open(
    { ...plain, has_password: false, identities: [identity] },
    { "/password": [[204]], "/identities/i": [[409, { code: "last_way_in" }]] },
  );
  const panel = within(await region("Password"));
  expect(panel.queryByLabelText("Current password")).toBeNull();
  await userEvent.type(panel.getByLabelText("New password"), "a quiet harbour 9{Enter}");
  await vi.waitFor(() =>
    expect(sent[0]?.[1]).toEqual({ current: "", password: "a quiet harbour 9" }),
  );
  expect(screen.queryByRole("link", { name: "Connect Acme" })).toBeNull();
  await press("Disconnect Acme");
  const dialog = await screen.findByRole("dialog", { name: "Disconnect Acme?" });
  await press("Disconnect", dialog);
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(/your only way in/);
});

it("offers to connect what is not connected", async () => {
  open(plain);
  const link = await screen.findByRole("link", { name: "Connect Acme" });
  expect(link.getAttribute("href")).toBe("/api/v1/auth/oidc/acme/connect");
});

it("erases only after the address was typed, and names where nobody else administers", async () => {
  const { sent } = open(plain, {
    "/erase": [[409, { code: "last_admin", tenants: [{ id: "a", name: "Harbour Coffee" }] }]],
  });
  await press("Erase the account");
  const dialog = await screen.findByRole("dialog", { name: "Erase your account?" });
  await userEvent.type(within(dialog).getByLabelText("Your password"), "a quiet harbour 9");
  await press(/^Erase for good/, dialog);
  expect(sent).toEqual([]);
  await userEvent.type(within(dialog).getByLabelText(/^Type nadia@/), "Nadia@example.com");
  await press("Erase for good", dialog);
  const alert = await within(dialog).findByRole("alert");
  expect(within(alert).getByRole("listitem").textContent).toBe("Harbour Coffee");
  expect(sent).toEqual([["POST /erase", { password: "a quiet harbour 9" }]]);
});
