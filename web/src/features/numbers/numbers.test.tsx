import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Package } from "@/api/types";
import { open } from "@/components/rig";
import AddNumberDialog from "./add-number-dialog";
import { CredentialsForm } from "./credentials-form";
import GroupsPanel from "./groups-panel";
import HealthPanel from "./health-panel";
import { Overview } from "./overview";
import { PackagePanel } from "./package-panel";
import PreviewDialog from "./preview-dialog";
import { pack, profile, waha } from "./rig";
import SettingsDialog from "./settings-dialog";

const press = async (name: string | RegExp) =>
  userEvent.click(await screen.findByRole("button", { name }));
const nothing = () => {};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says how a package sends, what each number has used, and why its score is what it is", async () => {
  const poor: Package = {
    ...pack,
    distribution: "weighted",
    profiles: [
      {
        ...profile,
        quality: {
          rating: "yellow",
          messaging_limit: 250,
          account: "77",
          business_account: "9001",
          used_of_account: 180,
        },
        health: {
          ...profile.health,
          score: 40,
          deductions: [
            { cause: "not_linked", points: 50 },
            { cause: "brand_new_cause", points: 10 },
          ],
        },
      },
    ],
  };
  open(<PackagePanel pack={poor} onGo={nothing} />);
  expect(await screen.findByText("By weight")).toBeTruthy();
  const hour = screen.getByRole("meter", { name: "This hour" });
  expect(hour.getAttribute("aria-valuetext")).toBe("45/50");
  expect(screen.getByText("Quality medium")).toBeTruthy();
  const people = screen.getByRole("meter", { name: "People in 24 hours, whole account" });
  expect(people.getAttribute("aria-valuetext")).toBe("180/250");
  await press("Health 40, poor");
  expect(await screen.findByText("No device is linked")).toBeTruthy();
  expect(screen.getByText("Brand new cause")).toBeTruthy();
});

it("shows how a number is connected, and no limit of people where there is none", async () => {
  const unlimited = { ...profile.quality, messaging_limit: -1, account: "77", used_of_account: 4 };
  const number = { ...profile, quality: { ...unlimited, business_account: "9001" } };
  const connection = { base_url: "https://wa.example", settings: { engine: "GOWS" } };
  open(<Overview pack={pack} profile={number} onLink={nothing} />, (at) =>
    at === "GET /packages/p1/profiles/n1" ? { ...number, connection } : { items: [waha] },
  );
  const shown = within(await screen.findByRole("region", { name: "Connection" }));
  expect(await shown.findByText("https://wa.example")).toBeTruthy();
  expect(shown.getByText("Engine").nextSibling?.textContent).toBe("GOWS");
  expect(screen.getByText("Any number of people a day")).toBeTruthy();
  expect(screen.queryByRole("meter", { name: /^People in/ })).toBeNull();
  expect(screen.getByText("Business portfolio").nextSibling?.textContent).toBe("77");
  expect(screen.getByText("Business account").nextSibling?.textContent).toBe("9001");
});

it("fills the form with what is there, and changes only what was touched", async () => {
  let connection = { base_url: "https://wa.example", settings: { engine: "NOWEB" } };
  const { sent, client } = open(<CredentialsForm profile={profile} />, (at) =>
    at === "GET /providers" ? { items: [waha] } : { ...profile, connection },
  );
  const engine = await screen.findByLabelText<HTMLSelectElement>("Engine");
  expect(engine.value).toBe("NOWEB");
  expect(screen.getByText(/^As the session tells it/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>(/^Address of the API/).value).toBe(
    "https://wa.example",
  );
  await press(/^Save/);
  expect(sent).toEqual([]);
  await userEvent.selectOptions(engine, "GOWS");
  await press("Save");
  await waitFor(() => expect(sent).toHaveLength(1));
  connection = { ...connection, settings: { engine: "GOWS" } };
  await client.invalidateQueries();
  await press("Go back to the usual settings");
  await press("Save");
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ body }) => body)).toEqual([
    { settings: { engine: "GOWS" } },
    { settings: {} },
  ]);
});

it("changes a weight in place once the field is left, and not to what cannot be", async () => {
  const { sent } = open(
    <PackagePanel pack={{ ...pack, distribution: "weighted" }} onGo={nothing} />,
    () => profile,
  );
  const field = await screen.findByRole("spinbutton", { name: "Weight of Counter" });
  await userEvent.clear(field);
  await userEvent.type(field, "0{Enter}");
  expect(sent).toEqual([]);
  await userEvent.clear(field);
  await userEvent.type(field, "3{Enter}");
  expect(sent).toMatchObject([{ at: "PUT /packages/p1/profiles/n1", body: { weight: 3 } }]);
});

it("saves all settings of a package over the version that was opened", async () => {
  const { sent } = open(<SettingsDialog pack={pack} onClose={nothing} />, () => pack);
  await userEvent.click(await screen.findByRole("radio", { name: /^By priority/ }));
  await userEvent.click(screen.getByRole("radio", { name: /^Drip/ }));
  await press(/^Save/);
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText("Minutes between two recipients"), "5");
  await press("Only at these times");
  await press("Daytime");
  await press(/^Save/);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    at: "PUT /packages/p1",
    headers: { "If-Match": '"7"' },
    body: {
      name: "Shop",
      distribution: "priority",
      settings: {
        hourly_limit: 50,
        waiting_strategy: "drip",
        drip_interval_minutes: 5,
        active_hours: {
          time_zone: "Asia/Jakarta",
          windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "20:00" }],
        },
      },
    },
  });
});

it("does not overwrite what somebody else changed meanwhile", async () => {
  open(<SettingsDialog pack={pack} onClose={nothing} />, () => [{ code: "version_conflict" }, 412]);
  await press(/^Save/);
  expect((await screen.findByRole("alert")).textContent).toMatch(/^Somebody else changed/);
});

it("adds a number in two steps, at the sandbox with one tick, and goes on to its code", async () => {
  const onLink = vi.fn();
  const { sent } = open(<AddNumberDialog pack={pack} onClose={nothing} onLink={onLink} />, (at) =>
    at.startsWith("GET /providers") ? { items: [waha] } : { ...profile, id: "n2" },
  );
  await press(/^WAHA/);
  expect(screen.getByText("WhatsApp does not support this.")).toBeTruthy();
  expect(screen.getByLabelText(/^Address of the API/)).toBeTruthy();
  expect(screen.queryByLabelText(/^Verify token/)).toBeNull();
  await userEvent.click(screen.getByLabelText("Use the sandbox"));
  expect(screen.queryByLabelText(/^Address of the API/)).toBeNull();
  await press("Add and link");
  await vi.waitFor(() => expect(onLink).toHaveBeenCalledWith("n2"));
  expect(sent).toMatchObject([
    { at: "POST /packages/p1/profiles", body: { provider: "waha", sandbox: true } },
  ]);
});

it("puts what is refused of a number at its field", async () => {
  const errors = [
    { field: "phone_number_id", message: "is the name of a session" },
    { field: "settings.engine", message: "is not an engine" },
  ];
  open(<AddNumberDialog pack={pack} onClose={nothing} onLink={nothing} />, (at) =>
    at.startsWith("GET /providers") ? { items: [waha] } : [{ code: "invalid", errors }, 422],
  );
  await press(/^WAHA/);
  await userEvent.click(screen.getByLabelText("Use the sandbox"));
  await press("Add and link");
  expect(await screen.findByText("is the name of a session")).toBeTruthy();
  expect(screen.getByLabelText("Session").getAttribute("aria-invalid")).toBe("true");
  expect(await screen.findByText("is not an engine")).toBeTruthy();
});

it("shows the score as a picture or as a table, and what happened with its reason", async () => {
  const event = { position: 1, deductions: [], detail: null, until: null, score: null };
  const history = [
    {
      ...event,
      position: 4,
      at: "2026-11-02T08:00:00Z",
      type: "profile.health_changed",
      score: 60,
    },
    {
      ...event,
      position: 3,
      at: "2026-11-01T09:00:00Z",
      type: "profile.disconnected",
      detail: "phone offline",
    },
    { ...event, position: 2, at: "2026-11-01T08:00:00Z", type: "profile.brand_new_thing" },
  ];
  open(<HealthPanel profile={profile} />, () => ({ score: 60, deductions: [], profile, history }));
  expect((await screen.findByRole("img")).getAttribute("aria-label")).toMatch(/lowest 60, now 60/);
  const events = screen.getByRole("list", { name: "What happened to it" });
  expect(within(events).getByText("The device lost its connection")).toBeTruthy();
  expect(within(events).getByText("phone offline")).toBeTruthy();
  expect(within(events).getByText("brand new thing")).toBeTruthy();
  await press("Show as table");
  expect(screen.getByRole("table", { name: "Score over time" })).toBeTruthy();
});

it("asks for the members of a group once it is opened", async () => {
  const asked: string[] = [];
  open(<GroupsPanel profile={profile} />, (at) => {
    asked.push(at);
    return at.endsWith("/members")
      ? { items: [{ id: "1", phone: null, admin: true }] }
      : { items: [{ id: "12@g.us", name: "Regulars" }] };
  });
  const group = await screen.findByText("Regulars");
  expect(asked).toHaveLength(1);
  await userEvent.click(group);
  // The browser tells that it was opened; here nobody does.
  const details = group.closest("details") as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(await screen.findByText("Number hidden")).toBeTruthy();
  expect(asked[1]).toBe("GET /packages/p1/profiles/n1/groups/12%40g.us/members");
});

it("asks how the first hundred contacts would be sent to, and says when there are none", async () => {
  const forecast = {
    recipients: 2,
    excluded: {},
    per_profile: [{ profile_id: "n1", name: "Counter", share: 2 }],
    finish_at: null,
    duration_seconds: null,
    binding_limit: { name: "not_linked", detail: "no device of the package's numbers is linked" },
  };
  const { sent } = open(<PreviewDialog pack={pack} onClose={nothing} />, (at) =>
    at.startsWith("GET /contacts")
      ? { items: [{ id: "c1" }, { id: "c2" }], next_cursor: null }
      : forecast,
  );
  expect(await screen.findByText("2 messages right now")).toBeTruthy();
  expect(screen.getByText("Never, as things stand")).toBeTruthy();
  expect(screen.getByText("No linked device")).toBeTruthy();
  expect(sent[0]).toMatchObject({
    at: "POST /campaigns/forecast",
    body: { audience: { contact_ids: ["c1", "c2"] }, package_id: "p1" },
  });
  cleanup();
  open(<PreviewDialog pack={pack} onClose={nothing} />, () => ({ items: [], next_cursor: null }));
  expect(await screen.findByText("No contact has consent yet")).toBeTruthy();
});
