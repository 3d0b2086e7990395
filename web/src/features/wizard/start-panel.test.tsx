import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense, useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { CampaignDraft, Forecast, Role, Terms } from "@/api/types";
import { router } from "@/router";
import { StartPanel } from "./start-panel";

const draft: CampaignDraft = {
  name: "Spring",
  audience: { all: true },
  template: { text: "Hi" },
  package_id: "p",
} as unknown as CampaignDraft;
const forecast = { recipients: 5, sufficient: true } as Forecast;
const fresh: Terms = { version: "2026-11", text: "Be kind.\n\nAsk first.", accepted: null };
const by = { version: fresh.version, at: "2026-11-01T08:00:00Z", by: "Rani Putri" };

/** A server that starts nothing before the terms that it has are accepted. */
function open({ shown = fresh, role = "manager" as Role, changes = false } = {}) {
  const sent: string[] = [];
  let now: Terms = shown;
  let next = changes;
  const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const at = path.replace("/api/v1", "");
    if (init.method === "GET") return answer(now);
    sent.push(`${init.method} ${at}`);
    if (at === "/terms/accept") {
      const { version } = JSON.parse(String(init.body));
      if (next) {
        next = false;
        now = { ...fresh, version: "2026-12", text: "Be kinder." };
      }
      if (version !== now.version) return answer({ code: "terms_changed" }, 409);
      now = { ...now, accepted: { ...by, version } };
      return answer(now);
    }
    if (at.endsWith("/start") && !now.accepted) {
      return answer({ code: "terms_not_accepted", version: now.version }, 409);
    }
    return answer({ id: "c" });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "n", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "UTC" },
    role,
    sandbox: false,
  });
  const onLeave = vi.fn();
  function Screen() {
    const [draftId, setDraftId] = useState<string>();
    return (
      <StartPanel
        campaign={draft}
        draftId={draftId}
        pack={undefined}
        forecast={forecast}
        onDraft={setDraftId}
        onLeave={onLeave}
        onCounting={() => {}}
      />
    );
  }
  render(
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Suspense>
          <Screen />
        </Suspense>
      </RouterContextProvider>
    </QueryClientProvider>,
  );
  return {
    sent,
    onLeave,
    known: () => vi.waitFor(() => expect(client.isFetching()).toBe(0)),
    withdraw: () => {
      now = fresh;
    },
  };
}

const press = async (name: RegExp | string) =>
  userEvent.click(await screen.findByRole("button", { name }));
const terms = () => screen.findByRole("dialog", { name: "Terms, before the first campaign" });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("asks for the terms before the first start, and goes on once they are accepted", async () => {
  const { sent, onLeave, known } = open();
  await known();
  await press("Start for 5 recipients");
  const dialog = await terms();
  expect(within(dialog).getByText("Ask first.")).toBeTruthy();
  await press(/^Accept and start/);
  expect(sent).toEqual([]);
  await userEvent.click(within(dialog).getByRole("checkbox"));
  await press("Accept and start");
  await press("Start now");
  await vi.waitFor(() => expect(onLeave).toHaveBeenCalledWith("c"));
  expect(sent).toEqual(["POST /terms/accept", "POST /campaigns", "POST /campaigns/c/start"]);
});

it("does not ask where somebody accepted them", async () => {
  const { sent, onLeave, known } = open({ shown: { ...fresh, accepted: by } });
  await known();
  await press("Start for 5 recipients");
  await press("Start now");
  await vi.waitFor(() => expect(onLeave).toHaveBeenCalledOnce());
  expect(sent).toEqual(["POST /campaigns", "POST /campaigns/c/start"]);
});

it("asks when the start itself is refused for them, and starts after", async () => {
  const { sent, onLeave, known, withdraw } = open({ shown: { ...fresh, accepted: by } });
  await known();
  withdraw();
  await press("Start for 5 recipients");
  await press("Start now");
  const dialog = await terms();
  await userEvent.click(await within(dialog).findByRole("checkbox"));
  await press("Accept and start");
  await vi.waitFor(() => expect(onLeave).toHaveBeenCalledOnce());
  expect(sent.slice(-2)).toEqual(["POST /terms/accept", "POST /campaigns/c/start"]);
});

it("shows a newer version rather than accept one that nobody saw", async () => {
  const { known } = open({ changes: true });
  await known();
  await press("Start for 5 recipients");
  const dialog = await terms();
  await userEvent.click(within(dialog).getByRole("checkbox"));
  await press("Accept and start");
  expect((await within(dialog).findByRole("alert")).textContent).toMatch(/changed while you read/);
  await press("Read the new version");
  expect(await within(dialog).findByText("Be kinder.")).toBeTruthy();
  expect((within(dialog).getByRole("checkbox") as HTMLInputElement).checked).toBe(false);
});

it("tells those who may not who can", async () => {
  const { known } = open({ role: "agent" });
  await known();
  await press("Start for 5 recipients");
  const dialog = await terms();
  expect(within(dialog).getByText(/role Manager or above can accept/)).toBeTruthy();
  expect(within(dialog).queryByRole("checkbox")).toBeNull();
});
