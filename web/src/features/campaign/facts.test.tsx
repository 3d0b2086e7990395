import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Campaign } from "@/api/types";
import { open } from "@/components/rig";
import { Facts } from "./facts";

const running = (name: string, detail: string) =>
  ({
    status: "running",
    rate_per_second: 0,
    eta: "2026-11-01T08:00:00Z",
    points: { reserved: 1, captured: 0, released: 0 },
    attachment: { type: "template", name: "order_ready", language: "en_US" },
    binding_limit: { name, detail },
  }) as Campaign;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says of a campaign without a template to send that it waits, and for what", async () => {
  open(<Facts campaign={running("no_template", "no account of the package's numbers has it")} />);
  expect(await screen.findByText("What it waits for")).toBeTruthy();
  expect(screen.getByText("waits")).toBeTruthy();
  expect(screen.getByText("No number has the template")).toBeTruthy();
  expect(screen.getByText(/the campaign goes on by itself/)).toBeTruthy();
  expect(screen.getByText("not known")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Look at the template" }).getAttribute("href")).toBe(
    "/templates?q=order_ready",
  );
});

it("says of another what limits its speed", async () => {
  open(<Facts campaign={running("hourly", "the hourly limit of the numbers is used up")} />);
  expect(await screen.findByText("What limits the speed")).toBeTruthy();
  expect(screen.getByText("0.0/s")).toBeTruthy();
  expect(screen.queryByText("What it waits for")).toBeNull();
});
