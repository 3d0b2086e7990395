import { violations, violationsEverywhere } from "./axe";
import {
  acceptTerms,
  commandHeaders,
  csv,
  expect,
  importThroughWizard,
  phones,
  reached,
  startCampaign,
  test,
  unique,
} from "./operator";

const PEOPLE = 120;

test("the whole job: import, wizard, undo, start, watch it complete live", async ({
  operator: page,
}) => {
  test.setTimeout(240_000);
  await acceptTerms(page);
  const name = unique("Spring");
  const rows = phones(PEOPLE).map((phone, i) => ({
    name: `Person ${i}`,
    phone,
    city: "Jakarta",
    consent: "yes",
  }));
  await importThroughWizard(page, name, csv(rows));
  await page.getByRole("link", { name: "Send them a campaign" }).click();

  // Audience: the imported list is already chosen, and the count is the server's.
  await page.getByLabel("Campaign name").fill(name);
  await expect(page.getByRole("radio", { name: /^A list/ })).toBeChecked();
  await expect(page.getByTestId("reach")).toHaveText(String(PEOPLE));
  await page.getByRole("button", { name: "Continue" }).click();

  // Text: variables are offered, a missing one is marked, the preview is of real people.
  const text = page.getByLabel("Text of the message");
  await text.fill("Hi {{name}}, a treat waits for you. {{shoe_size}}");
  await expect(page.getByText(/shoe_size: missing for 120/)).toBeVisible();
  await text.fill("Hi {{name}}, a treat waits for you.");
  await expect(page.getByRole("region", { name: "Preview", exact: true })).toContainText(
    /Hi Person \d+, a treat/,
  );
  await page.getByRole("button", { name: "Continue" }).click();

  // Numbers.
  const first = page.getByRole("radio").first();
  await first.check();
  await page.getByRole("button", { name: "Continue" }).click();

  // Review: more than a hundred people need the count to be typed.
  const start = page.getByRole("button", { name: /^Start for 120 recipients/ });
  await expect(start).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel(/Type 120 to confirm/).fill("120");
  await expect(start).not.toHaveAttribute("aria-disabled", "true");

  // Undo leaves a draft that was never started.
  await start.click();
  await expect(page.getByRole("timer")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Not started. The draft is kept.")).toBeVisible();
  const draft = new URL(page.url()).searchParams.get("draft");
  expect(draft).toBeTruthy();
  const before = await (await page.request.get(`/api/v1/campaigns/${draft}`)).json();
  expect(before.status).toBe("draft");

  // The second time the ten seconds run out.
  await page.getByLabel(/Type 120 to confirm/).fill("120");
  await start.click();
  await expect(page.getByRole("timer")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${draft}`), { timeout: 20_000 });

  // Live: the figures move on this page without a reload, until all are done.
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await expect(page.getByRole("main").getByText("Completed", { exact: true })).toBeVisible({
    timeout: 150_000,
  });
  await expect(page.locator("[data-conserved=true]")).toHaveText(
    /120 enrolled = sum of all states/,
  );
  // At one moment: receipts still come in, and what moves would count twice.
  const keys = [
    "queued",
    "sending",
    "sent",
    "delivered",
    "read",
    "failed",
    "cancelled",
    "uncertain",
  ];
  const all = await page.evaluate(
    (names) =>
      names.map((name) =>
        Number(document.querySelector(`[data-state="${name}"]`)?.textContent?.replaceAll(",", "")),
      ),
    keys,
  );
  expect(all.reduce((a, b) => a + b, 0)).toBe(PEOPLE);
  expect(all[0]).toBe(0);

  // The recipients, filtered by a state that stays in the URL, and one biography.
  await expect(
    page.getByRole("table", { name: "Recipients" }).getByRole("row").nth(1),
  ).toBeVisible();
  await page.getByRole("combobox", { name: "State" }).selectOption("cancelled");
  await expect(page).toHaveURL(/status=cancelled/);
  await expect(page.getByText("No recipient matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await page.getByRole("table", { name: "Recipients" }).getByRole("row").nth(1).press("Enter");
  await expect(
    page.getByRole("dialog").getByRole("list", { name: "Biography" }).getByRole("listitem").first(),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(
    page.getByRole("list", { name: "Who did what" }).getByRole("listitem").first(),
  ).toBeVisible();
});

test("a broken live connection is said with its age and repaired", async ({
  operator: page,
  complaints,
}) => {
  complaints.allow(/net::ERR_FAILED/);
  await page.goto("/campaigns");
  const row = page.getByRole("table", { name: "Campaigns" }).getByRole("row").nth(1);
  await expect(row).toBeVisible();
  await page.route("**/campaigns/*/events", (route) => route.abort());
  await row.press("Enter");
  await expect(page.getByText(/^Reconnecting\. These figures are/)).toBeVisible();
  await page.unroute("**/campaigns/*/events");
  await expect(page.locator("[data-live=live]")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/^Reconnecting/)).toBeHidden();
});

test("a campaign that begins later and drips says so, until it is changed", async ({
  operator: page,
}) => {
  test.setTimeout(120_000);
  await acceptTerms(page);
  const name = unique("Later");
  const rows = phones(3).map((phone, i) => ({
    name: `Person ${i}`,
    phone,
    city: "Jakarta",
    consent: "yes",
  }));
  await importThroughWizard(page, name, csv(rows));
  await page.getByRole("link", { name: "Send them a campaign" }).click();
  await page.getByLabel("Campaign name").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Text of the message").fill("Hi {{name}}, see you soon.");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").first().check();

  // Neither is complete without its figure.
  await page.getByRole("radio", { name: /^Drip/ }).check();
  const next = page.getByRole("button", { name: /^Continue/ });
  await expect(next).toHaveAttribute("data-reason", /how many minutes/);
  await page.getByLabel("Minutes between two recipients").fill("5");
  await page.getByRole("radio", { name: /^Not before/ }).check();
  await expect(next).toHaveAttribute("data-reason", /day and the time/);
  const year = new Date().getFullYear() + 1;
  await page.getByLabel("Start at").fill(`${year}-03-01T09:00`);
  expect(await violations(page)).toEqual([]);
  await next.click();

  // The review has both, and a finish ten minutes after the beginning.
  const main = page.getByRole("main");
  await expect(main.getByText("Drip, every 5 minutes")).toBeVisible();
  await expect(main.getByText(/1 Mar,? 09:00/)).toBeVisible();
  await expect(main.getByText(/^about 1 Mar/)).toBeVisible();
  await page.getByRole("button", { name: "Save as draft" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/);
  await expect(main.getByText("Drip, every 5 minutes")).toBeVisible();
  await expect(main.getByText("Not before")).toBeVisible();

  // Started, it says why nothing goes yet.
  await page.getByRole("link", { name: "Review and start" }).click();
  await page.getByRole("button", { name: /^Start for 3/ }).click();
  await page.getByRole("button", { name: "Start now" }).click();
  await expect(main.getByText("Starts later").first()).toBeVisible({ timeout: 30_000 });
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Cancel campaign" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel campaign" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Cancelled", {
    timeout: 30_000,
  });
});

test("a stored draft can go back to the package's pace and to beginning at once", async ({
  operator: page,
}) => {
  const packages = await (await page.request.get("/api/v1/packages")).json();
  const made = await page.request.post("/api/v1/campaigns", {
    headers: commandHeaders(),
    data: {
      name: unique("Back"),
      audience: { all: true },
      template_text: "Hi",
      package_id: packages.items[0].id,
      waiting_strategy: "drip",
      drip_interval_minutes: 60,
      schedule_at: `${new Date().getFullYear() + 1}-03-01T09:00:00Z`,
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  const { id } = await made.json();
  await reached(page, `/campaigns/${id}`, made);
  await page.goto(`/campaigns/new?draft=${id}&step=3`);
  await expect(page.getByLabel("Minutes between two recipients")).toHaveValue("60");
  await page.getByRole("radio", { name: /^As the package has it/ }).check();
  await page.getByRole("radio", { name: /^As soon as it is started/ }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${id}`));
  const kept = async () => (await page.request.get(`/api/v1/campaigns/${id}`)).json();
  await expect
    .poll(async () => (await kept()).waiting_strategy)
    .toBe(packages.items[0].settings.waiting_strategy);
  expect(Date.parse((await kept()).schedule_at)).toBeLessThanOrEqual(Date.now());
  await page.request.delete(`/api/v1/campaigns/${id}`, { headers: commandHeaders() });
});

test("who was left out of a campaign is found with the reason", async ({ operator: page }) => {
  const name = unique("Autumn");
  const [asked, left] = phones(2) as [string, string];
  await importThroughWizard(
    page,
    name,
    csv([
      { name: `Asked ${name}`, phone: asked, city: "Jakarta", consent: "yes" },
      { name: `Left ${name}`, phone: left, city: "Jakarta", consent: "no" },
    ]),
  );
  await startCampaign(page, name, 1);
  await expect(page.locator("[data-conserved=true]")).toContainText("1 enrolled");

  await page.getByRole("searchbox", { name: "Name or phone" }).fill(left);
  const people = page.getByRole("list", { name: "People that were left out" });
  await expect(people.getByRole("listitem")).toHaveCount(1);
  await expect(people).toContainText("No consent");
  expect(await violationsEverywhere(page)).toEqual([]);
  await people.getByRole("button", { name: `Left ${name}` }).click();
  await expect(page).toHaveURL(/person=/);
  const drawer = page.getByRole("dialog", { name: `Left ${name}` });
  const chapters = drawer.getByRole("list", { name: "Biography" }).getByRole("listitem");
  await expect(drawer.getByText("Left out: no consent.")).toBeVisible();
  await expect(chapters.first()).toContainText("Command");
  await expect(chapters.last()).toContainText(/Audience.*No consent/i);
  expect(await violationsEverywhere(page)).toEqual([]);
});
