import {
  acceptTerms,
  csv,
  expect,
  importThroughWizard,
  phones,
  state,
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
  const all = await Promise.all(
    ["queued", "sending", "sent", "delivered", "read", "failed", "cancelled", "uncertain"].map(
      (key) => state(page, key),
    ),
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
