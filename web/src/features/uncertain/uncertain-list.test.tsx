import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { Message, Role } from "@/api/types";
import { router } from "@/router";
import { UncertainList } from "./uncertain-list";

const message = (id: string, part: Partial<Message> = {}): Message => ({
  id,
  campaign_id: "c1",
  contact_id: id,
  contact_name: `Person ${id}`,
  phone: `+62811000000${id}`,
  profile_id: "n1",
  profile_name: "Counter",
  status: "uncertain",
  attempt: 1,
  deferred: null,
  error: null,
  queued_at: "2026-01-21T10:00:00Z",
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
  uncertain_deadline: "2026-01-21T10:15:00Z",
  updated_at: "2026-01-21T10:00:01Z",
  ...part,
});

const packages = {
  items: [{ id: "p1", name: "Shop", profiles: [{ id: "n1", package_id: "p1", name: "Counter" }] }],
};

type Sent = { at: string; body: unknown; key: string | undefined };

/** The list against a server that has these messages and refuses to settle some of them. */
function open({
  rows,
  search = {},
  refuse = [],
  role = "manager",
}: {
  rows: Message[];
  search?: { campaign?: string; number?: string };
  refuse?: string[];
  role?: Role;
}) {
  const sent: Sent[] = [];
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const at = path.replace("/api/v1", "");
    const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
    if (init.method === "POST") {
      const headers = init.headers as Record<string, string>;
      sent.push({ at, body: JSON.parse(String(init.body)), key: headers["Idempotency-Key"] });
      return refuse.some((id) => at.includes(`/${id}/`))
        ? answer({ code: "not_uncertain", detail: "it was decided" }, 409)
        : answer({});
    }
    asked.push(at);
    if (/^\/(messages|packages\/p1\/messages)\?/.test(at)) {
      return answer({ items: rows, next_cursor: null });
    }
    if (at.startsWith("/packages")) return answer(packages);
    if (at.startsWith("/campaigns?")) {
      return answer({ items: [{ id: "c1", name: "Spring", totals: { uncertain: 2 } }] });
    }
    if (at.startsWith("/tenants/")) return answer({ uncertain_policy: "hold" });
    return answer({ items: [] });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "Asia/Jakarta" },
    role,
    sandbox: true,
  });
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Suspense>
          <UncertainList search={search} onChange={() => {}} />
        </Suspense>
      </RouterContextProvider>
    </QueryClientProvider>,
  );
  return { sent, asked };
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says of each message who, which campaign or reply, and that it waits for a person", async () => {
  open({ rows: [message("1"), message("2", { campaign_id: null })] });
  const [first, second] = await screen.findAllByRole("listitem");
  expect(within(first as HTMLElement).getByText("Person 1")).toBeTruthy();
  expect(await within(first as HTMLElement).findByRole("link", { name: "Spring" })).toBeTruthy();
  expect(await within(first as HTMLElement).findByText("waits for you")).toBeTruthy();
  expect(within(second as HTMLElement).getByRole("link", { name: "Reply" })).toBeTruthy();
});

it("settles what is marked only once it was confirmed, each message under a key of its own", async () => {
  const { sent } = open({ rows: [message("1"), message("2"), message("3")], refuse: ["3"] });
  await userEvent.click(await screen.findByRole("checkbox", { name: "Mark Person 1" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "Mark Person 3" }));
  const marked = screen.getByRole("group", { name: "2 marked" });
  await userEvent.click(within(marked).getByRole("button", { name: "Send again" }));
  const dialog = await screen.findByRole("dialog", { name: "Send 2 messages again?" });
  expect(within(dialog).getByText(/gets it twice/)).toBeTruthy();
  expect(sent).toEqual([]);

  await press("Send 2 again");
  expect(await screen.findByText("Mark all 3 that are shown")).toBeTruthy();
  expect(sent.map(({ at, body }) => [at, body])).toEqual([
    ["/messages/1/settle", { decision: "resend" }],
    ["/messages/3/settle", { decision: "resend" }],
  ]);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  expect(screen.queryByRole("group", { name: "2 marked" })).toBeNull();
});

it("asks the package for the messages of one number, and leaves out other campaigns", async () => {
  const rows = [message("1"), message("2", { campaign_id: "c2" })];
  const { asked } = open({ rows, search: { campaign: "c1", number: "n1" } });
  expect(await screen.findByText("Person 1")).toBeTruthy();
  expect(screen.queryByText("Person 2")).toBeNull();
  expect(asked).toContain("/packages/p1/messages?status=uncertain&profile_id=n1&limit=50");
});

it("offers nobody to decide who may not", async () => {
  open({ rows: [message("1")], role: "agent" });
  const settle = await screen.findByRole("button", { name: /^It was sent/ });
  expect(settle.getAttribute("data-reason")).toBeTruthy();
  expect(screen.queryByRole("checkbox")).toBeNull();
});
