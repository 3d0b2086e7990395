import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { Member, Team } from "@/api/team-types";
import type { Me, Role } from "@/api/types";
import { People } from "./people";

const nadia: Member = {
  id: "n",
  full_name: "Nadia Karim",
  email: "nadia@example.com",
  role: "admin",
  status: "active",
  joined_at: "2026-11-01T08:00:00Z",
  last_login_at: "2026-11-20T08:00:00Z",
  you: true,
};
const rani: Member = { ...nadia, id: "r", full_name: "Rani Putri", role: "agent", you: false };
const invite = {
  id: "i",
  email: "budi@example.com",
  role: "manager" as const,
  status: "expired" as const,
  invited_at: "2026-11-01T08:00:00Z",
  expires_at: "2026-11-08T08:00:00Z",
  invited_by: "Nadia Karim",
};

function open(role: Role, team: Team) {
  const sent: [string, unknown][] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method !== "GET") sent.push([`${init.method} ${path}`, JSON.parse(String(init.body))]);
    return new Response(JSON.stringify(team), { status: 200 });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "n", email: nadia.email, full_name: nadia.full_name },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" },
    role,
    sandbox: false,
  } satisfies Me);
  render(
    <QueryClientProvider client={client}>
      <Suspense>
        <People onInvite={() => {}} />
      </Suspense>
    </QueryClientProvider>,
  );
  return sent;
}

const row = (name: RegExp) => screen.findByRole("row", { name });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("offers changes of others, never of oneself", async () => {
  open("admin", { items: [nadia, rani], invites: [] });
  const own = await row(/Nadia Karim/);
  expect(within(own).queryByRole("combobox")).toBeNull();
  expect(within(own).queryByRole("button")).toBeNull();
  const other = await row(/Rani Putri/);
  expect(within(other).getByRole("combobox", { name: "Role of Rani Putri" })).toBeTruthy();
  expect(within(other).getByRole("button", { name: "Deactivate Rani Putri" })).toBeTruthy();
});

it("sends a chosen role at once and shows it", async () => {
  const sent = open("admin", { items: [nadia, rani], invites: [] });
  const select = within(await row(/Rani Putri/)).getByRole("combobox") as HTMLSelectElement;
  await userEvent.selectOptions(select, "manager");
  expect(select.value).toBe("manager");
  expect(sent).toEqual([["PATCH /api/v1/members/r", { role: "manager" }]]);
});

it("deactivates only after asking", async () => {
  const sent = open("admin", { items: [nadia, rani], invites: [] });
  await userEvent.click(await screen.findByRole("button", { name: "Deactivate Rani Putri" }));
  const dialog = await screen.findByRole("dialog", { name: "Deactivate Rani Putri?" });
  expect(sent).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Deactivate" }));
  expect(sent).toEqual([["PATCH /api/v1/members/r", { status: "deactivated" }]]);
});

it("shows others the people and the invites, and why they change nothing", async () => {
  open("manager", { items: [nadia, rani], invites: [invite] });
  await row(/Rani Putri/);
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(screen.getByText("Expired")).toBeTruthy();
  for (const name of [/^Invite someone/, /^Resend the invite to budi/, /^Withdraw the invite/]) {
    expect(screen.getByRole("button", { name }).dataset.reason).toBe(
      "Needs the role Administrator",
    );
  }
});

it("says when there is nobody else yet", async () => {
  open("admin", { items: [nadia], invites: [] });
  expect(await screen.findByText("Only you so far")).toBeTruthy();
});
