import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { ProviderTemplate } from "@/api/types";
import { aTemplate } from "@/components/templates/a-template";
import { router } from "@/router";
import { SyncNote } from "./sync-note";
import TemplateDrawer from "./template-drawer";
import { Templates } from "./templates";
import "@/components/ui/dialog-window";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const NUMBERS = { id: "n1", name: "Counter", provider: "cloud_api" };

type World = { templates?: ProviderTemplate[]; numbers?: (typeof NUMBERS)[] };

function open(children: React.ReactNode, { templates = [], numbers = [NUMBERS] }: World = {}) {
  const answers: Record<string, unknown> = {
    "/templates": { items: templates, next_cursor: null },
    "/packages": { items: [{ id: "p1", profiles: numbers }], next_cursor: null },
    "/providers": {
      items: [
        { name: "cloud_api", abilities: { has_templates: true } },
        { name: "waha", abilities: { has_templates: false } },
      ],
    },
  };
  vi.stubGlobal("fetch", async (path: string) => {
    const at = path.replace("/api/v1", "").replace(/\?.*/, "");
    const answer = answers[at] ?? templates.find(({ id }) => at === `/templates/${id}`);
    return new Response(JSON.stringify(answer ?? {}), { status: answer ? 200 : 404 });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "Asia/Jakarta" },
    role: "manager",
    sandbox: true,
  });
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>{children}</RouterContextProvider>
    </QueryClientProvider>,
  );
}

const screenOf = (search = {}, onChange = vi.fn()) => (
  <Templates search={search} onChange={onChange} sync={<button type="button">Ask</button>} />
);

it("tells nobody who could have templates from none yet, and none yet from no match", async () => {
  open(screenOf(), { numbers: [{ ...NUMBERS, provider: "waha" }] });
  expect(await screen.findByText("No official number yet")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Add a number" })).toBeTruthy();
  cleanup();

  open(screenOf());
  expect(await screen.findByText("No templates yet")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Ask" })).toBeTruthy();
  cleanup();

  const onChange = vi.fn();
  open(screenOf({ q: "nothing like it" }, onChange), { templates: [aTemplate()] });
  expect(await screen.findByText("No template matches")).toBeTruthy();
  await userEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as Element);
  expect(onChange.mock.lastCall?.[0]).toHaveProperty("q", undefined);
});

it("says why a template was refused, and does not offer to send it", async () => {
  const refused = aTemplate({ status: "rejected", reason: "INVALID_FORMAT" });
  open(<TemplateDrawer id={refused.id} onClose={vi.fn()} />, { templates: [refused] });
  expect(await screen.findByText("INVALID_FORMAT")).toBeTruthy();
  expect(screen.getByText("Rejected")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Use in a campaign" })).toBeNull();
});

it("says since when a text is another, and marks its places", async () => {
  const drifted = aTemplate({ drifted_at: "2026-03-01T09:00:00Z" });
  open(<TemplateDrawer id={drifted.id} onClose={vi.fn()} />, { templates: [drifted] });
  expect(await screen.findByText(/Text changed at the provider since/)).toBeTruthy();
  expect(screen.getByText("{{2}}").tagName).toBe("MARK");
  expect(screen.getByRole("link", { name: "Use in a campaign" })).toBeTruthy();
});

it("does not say that the providers answered, and names whose word was no the last time", async () => {
  const asked = [
    { profile_id: "n1", provider: "cloud_api", asked_at: null, trouble: "190: token expired" },
    { profile_id: "n2", provider: "cloud_api", asked_at: null, trouble: null },
  ];
  open(<SyncNote asked={asked} at="2026-03-01T09:00:00Z" waiting onHide={vi.fn()} />);
  expect(await screen.findByText(/Counter: the provider refused the last time/)).toBeTruthy();
  expect(screen.getByText(/190: token expired/)).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain("2 numbers were told to ask");
});
