import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Campaign } from "@/api/types";
import { open } from "@/components/rig";
import { LeftOut } from "./left-out";
import LeftOutDrawer from "./left-out-drawer";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const excluded = (by: Record<string, number>, audience: Campaign["audience"] = { all: true }) =>
  ({ id: "c1", audience, excluded_by: by }) as Campaign;
const person = (id: string) => ({
  id,
  name: `Person ${id}`,
  phone: `+62811000000${id}`,
  consent: "none",
});

/** A server with three contacts that remembers how it was asked for them. */
function contacts() {
  const asked: string[] = [];
  const server = (at: string) => {
    asked.push(at);
    return at.startsWith("GET /contacts?")
      ? { items: [person("1"), person("2"), person("3")], next_cursor: null }
      : undefined;
  };
  return { asked, server };
}

it("asks for contacts of the audience that look like the reason, and opens what the log says", async () => {
  const { asked, server } = contacts();
  const change = vi.fn();
  const campaign = excluded({ no_consent: 3 }, { list_id: "l1" });
  open(<LeftOut campaign={campaign} search={{}} onChange={change} />, server);
  await userEvent.click(await screen.findByRole("button", { name: /^Person 2/ }));
  expect(change).toHaveBeenCalledWith({ person: "2" });
  expect(asked).toEqual(["GET /contacts?list_id=l1&consent=none&limit=100"]);
});

it("shows of an audience by name only those who were named", async () => {
  const campaign = excluded({ no_consent: 1 }, { contact_ids: ["3"] });
  open(<LeftOut campaign={campaign} search={{}} onChange={() => {}} />, contacts().server);
  const people = await screen.findByRole("list", { name: "People that were left out" });
  expect(within(people).getAllByRole("listitem")).toHaveLength(1);
  expect(within(people).getByText("Person 3")).toBeTruthy();
});

it("asks to search where a reason does not show in a contact", async () => {
  const { asked, server } = contacts();
  open(<LeftOut campaign={excluded({ over_cap: 3 })} search={{}} onChange={() => {}} />, server);
  expect(await screen.findByText(/^Search for a name or a number/)).toBeTruthy();
  expect(asked).toEqual([]);
});

it("says that a contact was not in the audience", async () => {
  open(<LeftOutDrawer campaign="c1" contact="1" onClose={() => {}} />, (at) =>
    at.endsWith("/recipients/1") ? [{ code: "not_found" }, 404] : person("1"),
  );
  expect(await screen.findByText("Not in the audience")).toBeTruthy();
});
