import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import CheckNumbersDialog from "./check-numbers-dialog";

const known = { provider: null, checked_at: null, age_seconds: null, not_checked: null };

function open(items: unknown[]) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method === "GET") {
      return new Response(JSON.stringify({ items: [{ id: "p1", name: "Shop", profiles: [] }] }));
    }
    sent.push([path, JSON.parse(String(init.body))]);
    return new Response(JSON.stringify({ items }));
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" },
    role: "agent",
    sandbox: true,
  });
  render(
    <QueryClientProvider client={client}>
      <Suspense>
        <CheckNumbersDialog onClose={() => {}} />
      </Suspense>
    </QueryClientProvider>,
  );
  return sent;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("checks each number once, over the package that was chosen, and says how old the word is", async () => {
  const sent = open([
    {
      input: "0812",
      e164: "+62812",
      valid: true,
      error: null,
      on_whatsapp: true,
      ...known,
      age_seconds: 7200,
    },
    {
      input: "0813",
      e164: "+62813",
      valid: true,
      error: null,
      on_whatsapp: null,
      ...known,
      not_checked: "asked too often",
    },
    { input: "x", e164: null, valid: false, error: "not a number", on_whatsapp: null, ...known },
  ]);
  await userEvent.type(await screen.findByLabelText("Numbers"), "0812{Enter}0813, 0812; x");
  await userEvent.selectOptions(
    await screen.findByLabelText(/^Ask a provider/),
    await screen.findByRole("option", { name: "Shop" }),
  );
  await userEvent.click(screen.getByRole("button", { name: "Check 3 numbers" }));
  expect(await screen.findByText("2 of 3 valid · 1 on WhatsApp")).toBeTruthy();
  expect(sent).toEqual([
    ["/api/v1/validate-numbers", { numbers: ["0812", "0813", "x"], package_id: "p1" }],
  ]);
  const row = (name: RegExp) => within(screen.getByRole("row", { name }));
  expect(row(/0812/).getByText("for 2 h")).toBeTruthy();
  expect(row(/0813/).getByText(/asked too often/)).toBeTruthy();
  expect(row(/not a number/).getByText("Not valid")).toBeTruthy();
});

it("does not ask about nothing", async () => {
  const sent = open([]);
  const button = await screen.findByRole("button", { name: /^Check/ });
  expect(button.dataset.reason).toBe("Enter at least one number.");
  await userEvent.click(button);
  expect(sent).toEqual([]);
});
