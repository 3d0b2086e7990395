import {
  csv,
  disturb,
  expect,
  importThroughWizard,
  type Page,
  phones,
  startCampaign,
  state,
  test,
  unique,
} from "./operator";

// What one test does to the provider must not outlive it.
test.afterEach(async ({ page }) => {
  await disturb(page, {});
});

async function audience(page: Page, people: number): Promise<string> {
  const name = unique("Harbour");
  const rows = phones(people).map((phone, i) => ({
    name: `Person ${i}`,
    phone,
    city: "Medan",
    consent: "yes",
  }));
  await importThroughWizard(page, name, csv(rows));
  return name;
}

test("a campaign is paused, resumed and cancelled while it runs", async ({ operator: page }) => {
  test.setTimeout(240_000);
  const people = 1200;
  const name = await audience(page, people);
  await disturb(page, { latency_ms: { min: 1500, max: 2500 } });
  await startCampaign(page, name, people);
  await expect(page.locator("[data-live=live]")).toBeVisible();

  await page.getByRole("button", { name: "Pause" }).click();
  const badge = page.getByRole("heading", { level: 1 });
  await expect(badge).toContainText("Paused", { timeout: 30_000 });
  // Nothing is handed over any more; what was under way comes to its end.
  await expect.poll(() => state(page, "sending"), { timeout: 60_000 }).toBe(0);
  const waiting = await state(page, "queued");
  expect(waiting).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Resume" }).click();
  await expect(badge).toContainText("Running", { timeout: 30_000 });
  await expect.poll(() => state(page, "queued"), { timeout: 60_000 }).toBeLessThan(waiting);

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(badge).toContainText("Paused", { timeout: 30_000 });
  await page.getByRole("button", { name: "Cancel campaign" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel campaign" }).click();
  await expect(badge).toContainText("Cancelled", { timeout: 30_000 });
  await expect.poll(() => state(page, "queued"), { timeout: 60_000 }).toBe(0);
  await expect.poll(() => state(page, "sending"), { timeout: 60_000 }).toBe(0);
  await expect(page.locator("[data-conserved=true]")).toContainText("1,200 enrolled");
  await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0);
});

test("what nobody knows is shown as uncertain, and settled by hand", async ({ operator: page }) => {
  test.setTimeout(240_000);
  const name = await audience(page, 6);
  // Taken or not, the provider neither says so nor reports later.
  await disturb(page, { error_after: 1, receipts: { lost: 1 } });
  await startCampaign(page, name, 6);

  await expect.poll(() => state(page, "uncertain"), { timeout: 60_000 }).toBe(6);
  const panel = page.getByRole("region", { name: "Uncertain messages" });
  await expect(panel.getByRole("group", { name: /^Settle/ })).toHaveCount(6);
  const rows = panel.getByRole("listitem");
  await rows.first().getByRole("button", { name: "It was sent", exact: true }).click();
  await expect(rows).toHaveCount(5, { timeout: 30_000 });
  await rows.first().getByRole("button", { name: "It was not sent" }).click();
  await expect(rows).toHaveCount(4, { timeout: 30_000 });
  await expect.poll(() => state(page, "sent")).toBe(1);
  await expect.poll(() => state(page, "failed")).toBe(1);

  // Sent again with a provider that answers: it arrives.
  await disturb(page, {});
  await rows.first().getByRole("button", { name: "Send again" }).click();
  await expect(rows).toHaveCount(3, { timeout: 30_000 });
  await expect(page.locator("[data-conserved=true]")).toContainText("6 enrolled");
  const history = page.getByRole("list", { name: "Biography" });
  const recipients = page.getByRole("table", { name: "Recipients" }).getByRole("row");
  await page.getByRole("combobox", { name: "State" }).selectOption("sent");
  // The heading, and the one that was settled by hand.
  await expect(recipients).toHaveCount(2, { timeout: 20_000 });
  await recipients.nth(1).press("Enter");
  await expect(history.getByText("Settled by a person").first()).toBeVisible();
});
