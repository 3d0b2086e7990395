import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Session } from "@/api/sessions";
import { router } from "@/router";
import { Sessions } from "./sessions";

const here: Session = {
  id: "h",
  began_at: "2026-11-01T08:00:00Z",
  last_used_at: new Date(Date.now() + 5000).toISOString(),
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  current: true,
};
const program: Session = {
  ...here,
  id: "p",
  last_used_at: new Date(Date.now() - 3 * 3_600_000).toISOString(),
  user_agent: "curl/8.5.0",
  current: false,
};

/** A server that ends what it is asked to, or refuses. */
function open(items: Session[], refuses = false) {
  const sent: string[] = [];
  const headers: Headers[] = [];
  let left = items;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "GET") return new Response(JSON.stringify({ items: left }));
    sent.push(`${init.method} ${path}`);
    headers.push(new Headers(init.headers));
    if (refuses) return new Response(JSON.stringify({ detail: "not now" }), { status: 409 });
    const one = path.split("/sessions/")[1];
    left = left.filter(({ id, current }) => current || (one && one !== id));
    return new Response(null, { status: 204 });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Sessions />
      </RouterContextProvider>
    </QueryClientProvider>,
  );
  return { sent, headers };
}

const row = (name: RegExp) => screen.findByRole("row", { name });
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

async function confirm(title: string, label: string) {
  const dialog = await screen.findByRole("dialog", { name: title });
  await userEvent.click(within(dialog).getByRole("button", { name: label }));
  return dialog;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("shows which device, since when and how long ago", async () => {
  open([here, program]);
  const first = await row(/Firefox on Linux/);
  expect(within(first).getByText("this one")).toBeTruthy();
  expect(within(first).getByText("now")).toBeTruthy();
  const second = await row(/Unknown device/);
  expect(within(second).getByText("curl/8.5.0")).toBeTruthy();
  expect(within(second).getByText("3 hr ago").title).toMatch(/\d{4}.*\d\d:\d\d:\d\d/);
  expect(within(second).queryByText("this one")).toBeNull();
});

it("does not end the session that looks", async () => {
  open([here, program]);
  const buttons = within(await row(/this one/)).getAllByRole("button");
  expect(buttons.map(({ textContent }) => textContent)).toEqual(["Sign out"]);
});

it("ends one only after asking, and reads again", async () => {
  const { sent, headers } = open([here, program]);
  await row(/Unknown device/);
  await press("End the session Unknown device");
  await screen.findByRole("dialog", { name: "End “Unknown device”?" });
  expect(sent).toEqual([]);
  await confirm("End “Unknown device”?", "End");
  expect(await screen.findByText("Signed in here only")).toBeTruthy();
  expect(sent).toEqual(["DELETE /api/v1/auth/sessions/p"]);
  expect(headers[0]?.get("X-Waybill-Csrf")).toBe("1");
  expect(headers[0]?.has("Idempotency-Key")).toBe(false);
});

it("ends all others at once", async () => {
  const { sent } = open([here, program, { ...program, id: "q" }]);
  await row(/this one/);
  await press("End all others");
  await confirm("End all other sessions?", "End all others");
  expect(await screen.findByText("Signed in here only")).toBeTruthy();
  expect(sent).toEqual(["DELETE /api/v1/auth/sessions"]);
  expect(screen.queryByRole("button", { name: "End all others" })).toBeNull();
});

it("says in place that it was refused", async () => {
  open([here, program], true);
  await row(/this one/);
  await press("End all others");
  const dialog = await confirm("End all other sessions?", "End all others");
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(/not now/i);
});
