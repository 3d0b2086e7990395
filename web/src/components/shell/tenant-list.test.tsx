import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRef } from "react";
import { afterEach, expect, it, vi } from "vitest";
import type { Me } from "@/api/types";
import TenantList from "./tenant-list";

afterEach(cleanup);

const tenant = { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" };
const me: Me = {
  user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
  tenant,
  role: "admin",
  sandbox: false,
  tenants: [
    { id: "a", name: "Harbour Coffee", role: "admin" },
    { id: "b", name: "Lighthouse Tea", role: "agent" },
  ],
};

function open(who: Me) {
  const acts = { onClose: vi.fn(), onGo: vi.fn(), onNew: vi.fn() };
  render(<TenantList me={who} anchor={createRef()} {...acts} />);
  return acts;
}

it("lists the organisations with the role in each, and goes to the chosen one", async () => {
  const acts = open(me);
  const here = await screen.findByRole("menuitemradio", { name: /Harbour Coffee.*Administrator/ });
  expect(here.getAttribute("aria-checked")).toBe("true");
  await userEvent.click(screen.getByRole("menuitemradio", { name: /Lighthouse Tea.*Agent/ }));
  expect(acts.onGo.mock.calls[0]?.[0]).toBe("b");
  expect(acts.onClose).toHaveBeenCalled();
});

it("asks for a new one without closing first", async () => {
  const acts = open(me);
  await userEvent.click(await screen.findByRole("menuitem", { name: "New organisation…" }));
  expect(acts.onNew).toHaveBeenCalledOnce();
  expect(acts.onClose).not.toHaveBeenCalled();
});

it("knows the present organisation where the server lists none", async () => {
  open({ ...me, tenants: undefined });
  expect(await screen.findAllByRole("menuitemradio")).toHaveLength(1);
});
