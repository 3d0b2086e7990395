import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Package } from "@/api/types";
import { open } from "@/components/rig";
import { Send } from "./send";

const pack = {
  id: "p1",
  name: "Shop",
  settings: { waiting_strategy: "queued", drip_interval_minutes: null },
  profiles: [
    { id: "n1", name: "Counter", state: "active" },
    { id: "n2", name: "Kitchen", state: "blocked" },
  ],
} as Package;

const answer = {
  message_id: "c1",
  mode: "open",
  status: "queued",
  total_recipients: 2,
  distribution: { n1: ["+628111", "+628112"] },
  estimated_completion: null,
  binding_limit: "hourly",
  limits_status: {
    n1: { hourly: "45/50", daily: "45", status: "active" },
    n2: { hourly: "0/50", daily: "0", status: "blocked" },
  },
  rejected: [{ recipient: "hello", reason: "invalid_number" }],
};

const write = async (numbers: string) => {
  await userEvent.click(await screen.findByLabelText("Numbers"));
  await userEvent.paste(numbers);
  await userEvent.click(screen.getByLabelText("Text"));
  await userEvent.paste("The ferry is late.");
};
const press = async (name: string | RegExp) =>
  userEvent.click(await screen.findByRole("button", { name }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("sends to the numbers, and shows who gets it from where and who was refused", async () => {
  const { sent } = open(<Send pack={pack} />, (at) => (at.startsWith("POST") ? answer : undefined));
  await write("+628111\n+628112\nhello");
  await press("Send to 3");
  expect(await screen.findByText("2 messages are on the way")).toBeTruthy();
  expect(sent[0]?.at).toBe("POST /packages/p1/messages/open");
  expect(sent[0]?.body).toMatchObject({ recipients: ["+628111", "+628112", "hello"] });

  expect(screen.getByText("Not before a number can send")).toBeTruthy();
  expect(screen.getByText("Hourly limit")).toBeTruthy();
  const [counter, kitchen] = within(
    screen.getByRole("region", { name: "Which number writes to whom" }),
  ).getAllByRole("listitem");
  expect(counter?.textContent).toMatch(/Counter.*2 messages.*45\/50 this hour/);
  expect(kitchen?.textContent).toMatch(/Kitchen.*Blocked.*0 messages/);
  const refused = screen.getByRole("table", { name: "Refused recipients" });
  expect(within(refused).getByRole("row", { name: /hello.*Invalid number/ })).toBeTruthy();
});

it("says of each why, where nobody may be written to, and keeps the form", async () => {
  const rejected = [{ recipient: "+628111", reason: "no_consent" }];
  open(<Send pack={pack} />, (at) =>
    at.startsWith("POST") ? [{ code: "no_recipients", rejected }, 422] : undefined,
  );
  await write("+628111");
  await press("Send to 1");
  expect(await screen.findByText(/Nobody of these may be written to/)).toBeTruthy();
  expect(screen.getByRole("row", { name: /\+628111.*No consent/ })).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>("Numbers").value).toBe("+628111");
});

it("asks once more before it writes to many", async () => {
  const { sent } = open(<Send pack={pack} />, (at) => (at.startsWith("POST") ? answer : undefined));
  await write(Array.from({ length: 101 }, (_, index) => `+62811${1000 + index}`).join("\n"));
  await press("Send to 101");
  const dialog = await screen.findByRole("dialog", { name: "Send to 101 recipients?" });
  expect(sent).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Send to 101" }));
  expect(await screen.findByText("2 messages are on the way")).toBeTruthy();
});
