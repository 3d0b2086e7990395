import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { ChatMessage } from "@/api/types";
import { open } from "@/components/rig";
import { message } from "./a-chat";
import { Bubble } from "./bubble";
import { voiceOf } from "./speaker";

const show = (part: Partial<ChatMessage>) => open(<Bubble message={{ ...message, ...part }} />);
const ticks = () => screen.queryByText(/^(Queued|Sending|Sent|Delivered|Read)$/);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("marks what was written on the phone, of which no more is known", () => {
  show({ direction: "out", origin: "phone", text: "See you at nine" });
  expect(screen.getByText("Written on the phone")).toBeTruthy();
  expect(ticks()).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

it("marks what another system with the same account wrote", () => {
  show({ direction: "out", origin: "other_system" });
  expect(screen.getByText("From another system")).toBeTruthy();
});

it("leads from a campaign's message to the campaign, and says how far it has come", () => {
  show({
    direction: "out",
    origin: "campaign",
    campaign_id: "k1",
    campaign_name: "Spring",
    status: "read",
  });
  const link = screen.getByRole("link", { name: "From the campaign “Spring”" });
  expect(link.getAttribute("href")).toBe("/campaigns/k1");
  expect(ticks()?.textContent).toBe("Read");
});

it("marks nothing on a reply", () => {
  show({ direction: "out", status: "sent", author: "Nadia Karim" });
  expect(screen.queryByRole("link")).toBeNull();
  expect(screen.queryByText(/Written on|From/)).toBeNull();
});

it("says who speaks in a group, by what is known of them", () => {
  const member = { contact_id: "p2", name: "Dewi", phone: "+6281234567802" };
  const view = show({ member });
  expect(screen.getByText("Dewi")).toBeTruthy();
  expect(screen.getByText("+6281234567802")).toBeTruthy();
  const change = (part: Partial<ChatMessage>) =>
    view.show(<Bubble message={{ ...message, ...part }} />);
  change({ member: { ...member, name: null } });
  expect(screen.getAllByText("+6281234567802")).toHaveLength(1);
  change({ member: { ...member, name: null, phone: null } });
  expect(screen.getByText("Number hidden")).toBeTruthy();
  change({ member: { ...member, name: null, phone: null }, text: null, erased: true });
  expect(screen.getByText("Erased")).toBeTruthy();
});

it("gives the people of a group all of the colours", () => {
  const people = Array.from({ length: 60 }, (_, nth) => `ea7214fe-2ae0-598c-91e5-${nth}`);
  expect(new Set(people.map(voiceOf)).size).toBe(6);
});

it("shows contact cards that came in, whose numbers can be copied", async () => {
  const user = userEvent.setup();
  const cards = [
    { formatted_name: "Budi Santoso", organisation: "Harbour Ltd", phones: ["+6281299988877"] },
    { formatted_name: "Eve" },
  ];
  show({ type: "contacts", text: null, attachment: { type: "contacts", cards } });
  const [budi, eve] = screen.getAllByRole("listitem");
  expect(within(budi as HTMLElement).getByText("Harbour Ltd")).toBeTruthy();
  expect(within(eve as HTMLElement).queryByRole("button")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Copy +6281299988877" }));
  expect(await navigator.clipboard.readText()).toBe("+6281299988877");
});
