import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Campaign } from "@/api/types";
import { open } from "@/components/rig";
import { LeftOut } from "./left-out";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const excluded = (by: Record<string, number>) => ({ id: "c1", excluded_by: by }) as Campaign;
const person = (id: string) => ({ id, name: `Person ${id}`, phone: `+62811000000${id}` });

/** One was left out, one has a message, one joined after the start. */
const server = (at: string) => {
  if (at.startsWith("GET /contacts?")) return { items: [person("1"), person("2"), person("3")] };
  if (at.endsWith("/recipients/1")) {
    return { verdict: "Left out: no consent.", message: null, chapters: [] };
  }
  if (at.endsWith("/recipients/2")) return { verdict: "Read.", message: { id: "m" }, chapters: [] };
  return [{ code: "not_found" }, 404];
};

it("shows only those of whom the log says that they were left out, with the reason", async () => {
  const change = vi.fn();
  open(<LeftOut campaign={excluded({ no_consent: 1 })} search={{}} onChange={change} />, server);
  const people = await screen.findByRole("list", { name: "People that were left out" });
  const rows = within(people).getAllByRole("listitem");
  expect(rows).toHaveLength(1);
  expect(rows[0]?.textContent).toContain("Left out: no consent.");
  await userEvent.click(within(people).getByRole("button", { name: "Why Person 1 was left out" }));
  expect(change).toHaveBeenCalledWith({ person: "1" });
});

it("asks to search where a reason does not show in a contact", async () => {
  open(<LeftOut campaign={excluded({ over_cap: 3 })} search={{}} onChange={() => {}} />, server);
  expect(await screen.findByText(/^Search for a name or a number/)).toBeTruthy();
});
