import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Message, Role } from "@/api/types";
import { open } from "@/components/rig";
import type { UncertainSearch } from "./search";
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

type Server = { rows: Message[]; search?: UncertainSearch; refuse?: string[]; role?: Role };

/** The list against a server that has these messages and refuses to settle some of them. */
function show({ rows, search = {}, refuse = [], role }: Server) {
  const asked: string[] = [];
  const { sent } = open(
    <UncertainList search={search} onChange={() => {}} />,
    (at) => {
      asked.push(at);
      if (at.startsWith("POST")) {
        const decided = { code: "not_uncertain", detail: "it was decided" };
        return refuse.some((id) => at.includes(`/${id}/`)) ? [decided, 409] : {};
      }
      if (/^GET \/(messages|packages\/p1\/messages)\?/.test(at)) {
        return { items: rows, next_cursor: null };
      }
      if (at.startsWith("GET /packages")) return packages;
      if (at.startsWith("GET /campaigns?")) {
        return { items: [{ id: "c1", name: "Spring", totals: { uncertain: 2 } }] };
      }
      return at.startsWith("GET /tenants/") ? { uncertain_policy: "hold" } : undefined;
    },
    role,
  );
  return { sent, asked };
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says of each message who, which campaign or reply, and that it waits for a person", async () => {
  show({ rows: [message("1"), message("2", { campaign_id: null })] });
  const [first, second] = await screen.findAllByRole("listitem");
  expect(within(first as HTMLElement).getByText("Person 1")).toBeTruthy();
  expect(await within(first as HTMLElement).findByRole("link", { name: "Spring" })).toBeTruthy();
  expect(await within(first as HTMLElement).findByText("waits for you")).toBeTruthy();
  expect(within(second as HTMLElement).getByRole("link", { name: "Reply" })).toBeTruthy();
});

it("settles what is marked only once it was confirmed, each message under a key of its own", async () => {
  const { sent } = show({ rows: [message("1"), message("2"), message("3")], refuse: ["3"] });
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
    ["POST /messages/1/settle", { decision: "resend" }],
    ["POST /messages/3/settle", { decision: "resend" }],
  ]);
  expect(new Set(sent.map(({ headers }) => headers["Idempotency-Key"])).size).toBe(2);
  expect(screen.queryByRole("group", { name: "2 marked" })).toBeNull();
});

it("asks the package for the messages of one number, and leaves out other campaigns", async () => {
  const rows = [message("1"), message("2", { campaign_id: "c2" })];
  const { asked } = show({ rows, search: { campaign: "c1", number: "n1" } });
  expect(await screen.findByText("Person 1")).toBeTruthy();
  expect(screen.queryByText("Person 2")).toBeNull();
  expect(asked).toContain("GET /packages/p1/messages?status=uncertain&profile_id=n1&limit=50");
});

it("offers nobody to decide who may not", async () => {
  show({ rows: [message("1")], role: "agent" });
  const settle = await screen.findByRole("button", { name: /^It was sent/ });
  expect(settle.getAttribute("data-reason")).toBeTruthy();
  expect(screen.queryByRole("checkbox")).toBeNull();
});
