import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense, useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { ApiKey } from "@/api/team-types";
import type { Role } from "@/api/types";
import { router } from "@/router";
import { Keys } from "./keys";

const SECRET = "wb_live_abcdefghijklmnop";
const shop: ApiKey = {
  id: "k",
  name: "Shop",
  hint: "wb_live_abcd",
  scopes: ["contacts.read", "contacts.write"],
  made_by: "Nadia Karim",
  made_at: "2026-11-01T08:00:00Z",
  expires_at: null,
  last_used_at: null,
  overlap_until: null,
};

/** A server that shows the key in its answers, or, repeating itself, does not. */
function open(items: ApiKey[], { role = "admin" as Role, repeats = 0 } = {}) {
  const sent: [string, unknown][] = [];
  let hidden = repeats;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "GET") return new Response(JSON.stringify({ items }));
    sent.push([`${init.method} ${path}`, init.body ? JSON.parse(String(init.body)) : null]);
    if (init.method === "DELETE") return new Response(null, { status: 204 });
    const shows = hidden-- <= 0;
    const headers: HeadersInit = shows ? { "Waybill-Api-Key": SECRET } : {};
    return new Response(JSON.stringify(shop), { status: 200, headers });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "n", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" },
    role,
    sandbox: false,
  });
  function Screen() {
    const [making, setMaking] = useState(false);
    return <Keys making={making} onMaking={setMaking} />;
  }
  router.history.push("/settings/keys");
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Suspense>
          <Screen />
        </Suspense>
      </RouterContextProvider>
    </QueryClientProvider>,
  );
  return { sent, client };
}

async function makeReadOnly() {
  await userEvent.click(await screen.findByRole("button", { name: "New key" }));
  const dialog = await screen.findByRole("dialog", { name: "New API key" });
  await userEvent.type(within(dialog).getByLabelText("Name"), "Shop");
  await userEvent.click(within(dialog).getByRole("button", { name: "Read only" }));
  await userEvent.click(within(dialog).getByRole("button", { name: "Make the key" }));
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("asks for what was chosen", async () => {
  const { sent } = open([]);
  await makeReadOnly();
  await screen.findByRole("dialog", { name: "The key “Shop”" });
  const [path, body] = sent[0] ?? [];
  expect(path).toBe("POST /api/v1/api-keys");
  expect(body).toEqual({ name: "Shop", scopes: expect.arrayContaining(["contacts.read"]) });
  expect((body as { scopes: string[] }).scopes.every((one) => one.endsWith(".read"))).toBe(true);
});

it("does not ask before something is allowed", async () => {
  const { sent } = open([]);
  await userEvent.click(await screen.findByRole("button", { name: "New key" }));
  const dialog = await screen.findByRole("dialog", { name: "New API key" });
  await userEvent.type(within(dialog).getByLabelText("Name"), "Shop{Enter}");
  expect(sent).toEqual([]);
  const button = within(dialog).getByRole("button", { name: /^Make the key/ });
  expect(button.dataset.reason).toBe("Choose at least one thing that it may do.");
});

it("shows the key until the button says that it is stored, and remembers it nowhere", async () => {
  const { client } = open([]);
  await makeReadOnly();
  const dialog = await screen.findByRole("dialog", { name: "The key “Shop”" });
  expect(within(dialog).getByText(SECRET)).toBeTruthy();
  expect(within(dialog).getByText(/^curl -H/).textContent).toContain(`Bearer ${SECRET}"`);
  await userEvent.keyboard("{Escape}");
  await userEvent.click(document.body);
  expect(screen.getByText(SECRET)).toBeTruthy();
  expect(within(dialog).queryByRole("button", { name: "Close" })).toBeNull();

  const remembered = [
    ...client.getQueryCache().getAll(),
    ...client.getMutationCache().getAll(),
  ].map(({ state }) => state);
  expect(remembered.length).toBeGreaterThan(2);
  expect(JSON.stringify(remembered)).not.toContain(SECRET);
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(SECRET);

  // Nor does a way back lead away from it.
  router.history.push("/wallet");
  await new Promise((resolve) => setTimeout(resolve));
  expect(window.location.pathname).toBe("/settings/keys");
  expect(window.location.href).not.toContain(SECRET);

  await userEvent.click(within(dialog).getByRole("button", { name: "I have stored the key" }));
  expect(document.body.innerHTML).not.toContain(SECRET);
  router.history.push("/wallet");
  await vi.waitFor(() => expect(window.location.pathname).toBe("/wallet"));
});

it("says that a key was shown before, and rotates it", async () => {
  const { sent } = open([shop], { repeats: 1 });
  await makeReadOnly();
  const gone = await screen.findByRole("dialog", { name: "The key was shown before" });
  await userEvent.click(within(gone).getByRole("button", { name: "Rotate" }));
  const rotate = await screen.findByRole("dialog", { name: "Rotate “Shop”?" });
  await userEvent.click(within(rotate).getByRole("button", { name: "Not at all" }));
  await userEvent.click(within(rotate).getByRole("button", { name: "Rotate" }));
  expect(await screen.findByText(SECRET)).toBeTruthy();
  expect(sent[1]).toEqual(["POST /api/v1/api-keys/k/rotate", { overlap_hours: 0 }]);
});

it("revokes only after asking", async () => {
  const { sent } = open([shop]);
  await userEvent.click(await screen.findByRole("button", { name: "Revoke the key Shop" }));
  const dialog = await screen.findByRole("dialog", { name: "Revoke “Shop”?" });
  expect(sent).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Revoke" }));
  expect(sent).toEqual([["DELETE /api/v1/api-keys/k", null]]);
});

it("shows what each key may do and what is over", async () => {
  const past = "2026-01-01T08:00:00Z";
  open([{ ...shop, expires_at: past, overlap_until: past }]);
  const row = await screen.findByRole("row", { name: /Shop/ });
  expect(within(row).getByText("wb_live_abcd…")).toBeTruthy();
  expect(within(row).getByText("Changes contacts")).toBeTruthy();
  expect(within(row).getByText("Expired")).toBeTruthy();
  expect(within(row).getByText("never")).toBeTruthy();
  const rotate = within(row).getByRole("button", { name: /^Rotate the key Shop/ });
  expect(rotate.dataset.reason).toMatch(/^An expired key stays expired/);
});

it("says to others whose it is, and asks the server nothing", async () => {
  open([shop], { role: "manager" });
  expect(await screen.findByText("API keys are not for your role")).toBeTruthy();
  expect(screen.queryByRole("row")).toBeNull();
});
