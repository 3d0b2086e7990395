import { violationsEverywhere } from "./axe";
import {
  commandHeaders,
  expect,
  type Page,
  phones,
  reached,
  SANDBOX,
  test,
  unique,
} from "./operator";

/** A package of its own, gone again after the test. */
async function packageOf(page: Page, name: string): Promise<string> {
  const made = await page.request.post("/api/v1/packages", {
    headers: commandHeaders(),
    data: { name },
  });
  expect(made.ok()).toBe(true);
  await reached(page, "/packages", made);
  return (await made.json()).id;
}

async function discard(page: Page, id: string): Promise<void> {
  const pack = await (await page.request.get(`/api/v1/packages/${id}`)).json();
  for (const profile of pack.profiles) {
    await page.request.delete(`/api/v1/packages/${id}/profiles/${profile.id}`, {
      headers: commandHeaders(),
    });
  }
  await page.request.delete(`/api/v1/packages/${id}`, { headers: commandHeaders() });
}

/** What the person with the phone does. */
async function scan(page: Page, session: string, phone: string): Promise<void> {
  const answer = await page.request.post(`${SANDBOX}/_sandbox/devices/waha/${session}/scan`, {
    data: { phone },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

const device = (page: Page, name: string) =>
  page.getByRole("dialog", { name: `Device of ${name}` });

test("a number is added at the sandbox, linked by its code, and unlinked", async ({
  operator: page,
}) => {
  // Three dialogs are looked at in both themes and widths.
  test.setTimeout(240_000);
  const [phone = ""] = phones(1);
  const id = await packageOf(page, unique("Linked"));
  try {
    await page.goto(`/numbers?add=${id}`);
    const adding = page.getByRole("dialog", { name: "Add a number" });
    await adding.getByRole("button", { name: /^WAHA/ }).click();
    await adding.getByLabel("Use the sandbox").check();
    await adding.getByLabel("Phone").fill(phone);
    const name = await adding.getByLabel("Name", { exact: true }).inputValue();
    const session = await adding.getByLabel("Session").inputValue();
    expect(await violationsEverywhere(page)).toEqual([]);
    await adding.getByRole("button", { name: "Add and link" }).click();

    // Nothing is linked before somebody asks for a code.
    const drawer = device(page, name);
    await expect(drawer.locator("[data-link=unlinked]")).toBeVisible();
    await drawer.getByRole("button", { name: "Show the code" }).click();
    const code = drawer.getByRole("img", { name: "Code to scan with WhatsApp" });
    await expect(code).toBeVisible();
    await expect(code).toHaveAttribute("src", /^data:image\//);
    await expect
      .poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    await expect(drawer.getByRole("timer")).toHaveText(/A new code comes in \d+ s/);
    await expect(drawer.locator("[data-live=live]")).toBeVisible();
    expect(await violationsEverywhere(page)).toEqual([]);

    // The list beside it knows without a reload.
    await scan(page, session, phone);
    await expect(drawer.locator("[data-link=linked]")).toBeVisible();
    await expect(drawer.getByText("The phone is linked.")).toBeVisible();
    await expect(drawer.getByText(phone, { exact: true }).first()).toBeVisible();
    expect(await violationsEverywhere(page)).toEqual([]);
    await page.keyboard.press("Escape");
    const row = page.getByRole("listitem").filter({ hasText: name });
    await expect(row.getByText("Linked", { exact: true })).toBeVisible();

    await row.getByRole("button", { name: `Device of ${name}` }).click();
    await drawer.getByRole("button", { name: "Unlink", exact: true }).click();
    const asked = page.getByRole("dialog", { name: `Unlink ${name}?` });
    await asked.getByRole("button", { name: "Unlink the device" }).click();
    await expect(drawer.locator("[data-link=unlinked]")).toBeVisible();
    await expect(drawer.getByRole("button", { name: "Start again" })).toBeVisible();
  } finally {
    await discard(page, id);
  }
});

test("a lost connection to the code is said and repaired, and a code that ran out starts anew", async ({
  operator: page,
  complaints,
}) => {
  complaints.allow(/net::ERR_FAILED/);
  const [phone = ""] = phones(1);
  const id = await packageOf(page, unique("Expired"));
  const session = `e2e-${phone.slice(-8)}`;
  try {
    const added = await page.request.post(`/api/v1/packages/${id}/profiles`, {
      headers: commandHeaders(),
      data: {
        name: "Counter",
        provider: "waha",
        phone,
        phone_number_id: session,
        access_token: "sandbox-token",
        sandbox: true,
      },
    });
    expect(added.ok(), await added.text()).toBe(true);
    await reached(page, "/packages", added);
    await page.route("**/link/events", (route) => route.abort());
    await page.goto(`/numbers?link=${(await added.json()).id}`);
    const drawer = device(page, "Counter");
    await drawer.getByRole("button", { name: "Show the code" }).click();
    await expect(drawer.getByText(/^The connection was lost/)).toBeVisible();
    await page.unroute("**/link/events");
    await expect(drawer.getByRole("img")).toBeVisible({ timeout: 20_000 });
    await expect(drawer.getByText(/^The connection was lost/)).toHaveCount(0);

    const ran = await page.request.post(`${SANDBOX}/_sandbox/devices/waha/${session}/expire`);
    expect(ran.ok(), await ran.text()).toBe(true);
    await expect(drawer.locator("[data-link=unlinked]")).toBeVisible({ timeout: 20_000 });
    await drawer.getByRole("button", { name: "Start again" }).click();
    await expect(drawer.getByRole("img")).toBeVisible();
    await drawer.getByRole("button", { name: "Stop linking" }).click();
    await expect(drawer.locator("[data-link=unlinked]")).toBeVisible();
  } finally {
    await discard(page, id);
  }
});
