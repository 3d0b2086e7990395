import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Link, Profile } from "@/api/types";
import { open } from "@/components/rig";
import LinkDrawer from "./link-drawer";
import { profile, stream } from "./rig";

const at = (link: Partial<Link>): Profile => ({
  ...profile,
  link: { ...profile.link, ...link },
});
const said = { state: "linking", detail: null, phone: null, code: null };
const CODE = "data:image/png;base64,AAAA";
const drawer = (shown: Profile) => <LinkDrawer profile={shown} onClose={() => {}} />;
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("asks for a code only when somebody wants one", async () => {
  const { sent } = open(drawer(profile), () => profile);
  await screen.findByText(/^No phone is linked/);
  expect(sent).toEqual([]);
  await press("Show the code");
  expect(sent.map(({ at }) => at)).toEqual(["POST /packages/p1/profiles/n1/link"]);
});

it("shows the code that is told, how long it holds, and that a phone was linked", async () => {
  const live = stream();
  open(drawer(at({ state: "linking" })), (asked) =>
    asked.endsWith("/link/events") ? live.response : undefined,
  );
  expect(await screen.findByText("The provider is making a code…")).toBeTruthy();
  live.say({ ...said, code: CODE });
  const code = (await screen.findByRole("img")) as HTMLImageElement;
  expect(code.getAttribute("src")).toBe(CODE);
  expect(screen.getByRole("timer").textContent).toBe("A new code comes in 20 s");
  live.say({ ...said, state: "linked", phone: "+628110000001" });
  expect(await screen.findByText("The phone is linked. This number can send.")).toBeTruthy();
  expect(screen.queryByRole("img")).toBeNull();
  expect(screen.queryByText(/is not the number/)).toBeNull();
});

it("says that a code ran out, and starts again", async () => {
  const live = stream();
  const { sent } = open(drawer(at({ state: "linking" })), (asked) =>
    asked.endsWith("/link/events") ? live.response : profile,
  );
  live.say({ ...said, state: "unlinked", detail: "no code was scanned" });
  expect(await screen.findByText("no code was scanned")).toBeTruthy();
  await press("Start again");
  expect(sent.map(({ at }) => at)).toEqual(["POST /packages/p1/profiles/n1/link"]);
});

it("says what the provider refused, in place", async () => {
  open(drawer(profile), () => [{ code: "provider_busy", detail: "too many asked" }, 503]);
  await press("Show the code");
  expect((await screen.findByRole("alert")).textContent).toContain("too many asked");
});

it("warns of a phone that is another than the number, and unlinks only after asking", async () => {
  const linked = at({ state: "linked", phone: "+628119999999", since: "2026-11-01T08:00:00Z" });
  const { sent } = open(drawer(linked), () => linked);
  expect(await screen.findByText(/not the number that was entered here/)).toBeTruthy();
  await press("Unlink");
  const asked = await screen.findByRole("dialog", { name: "Unlink Counter?" });
  expect(sent).toEqual([]);
  await userEvent.click(within(asked).getByRole("button", { name: "Unlink the device" }));
  expect(sent.map(({ at }) => at)).toEqual(["DELETE /packages/p1/profiles/n1/link"]);
});

it("offers a restart where the connection is gone, with the reason", async () => {
  const { sent } = open(drawer(at({ state: "disconnected", detail: "phone offline" })), () => ({}));
  expect(await screen.findByText("phone offline")).toBeTruthy();
  await press("Restart the device");
  expect(sent.map(({ at }) => at)).toEqual(["POST /packages/p1/profiles/n1/link/restart"]);
});

it("shows no code to those who may not change numbers, and asks for none", async () => {
  const asked: string[] = [];
  open(
    drawer(at({ state: "linking" })),
    (path) => {
      asked.push(path);
    },
    "agent",
  );
  expect(await screen.findByText(/Only who may change numbers/)).toBeTruthy();
  expect(asked.filter((path) => path.includes("/link"))).toEqual([]);
});
