import { violations } from "./axe";
import {
  address,
  csv,
  expect,
  importThroughWizard,
  phones,
  signUp,
  test,
  unique,
} from "./operator";

test("the terms are read and accepted before the first campaign starts, once", async ({ page }) => {
  test.setTimeout(180_000);
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: "a quiet harbour 9",
  });

  // They can be read before, and nobody has accepted them.
  await page.goto("/settings/organisation");
  const panel = page.getByRole("region", { name: "Terms", exact: true });
  await expect(panel).toContainText("Not accepted yet.");
  await panel.getByRole("link", { name: "Read them" }).click();
  await expect(page).toHaveURL(/terms=true/);
  const reading = page.getByRole("dialog", { name: "Terms" });
  await expect(reading.getByRole("region", { name: "Text of the terms" })).not.toBeEmpty();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/terms=/);

  const name = unique("Spring");
  const [one, two] = phones(2) as [string, string];
  await importThroughWizard(
    page,
    name,
    csv([
      { name: "Ayu", phone: one, city: "Jakarta", consent: "yes" },
      { name: "Bayu", phone: two, city: "Bandung", consent: "yes" },
    ]),
  );
  await page.getByRole("link", { name: "Send them a campaign" }).click();
  await page.getByLabel("Campaign name").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Text of the message").fill("Hi {{name|there}}, the ferry is late today.");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Continue" }).click();
  const start = page.getByRole("button", { name: "Start for 2 recipients" });
  await start.click();

  // Nothing is accepted without the tick, and nothing starts without the terms.
  const dialog = page.getByRole("dialog", { name: "Terms, before the first campaign" });
  const accept = dialog.getByRole("button", { name: /^Accept and start/ });
  await expect(accept).toHaveAttribute("aria-disabled", "true");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("timer")).toHaveCount(0);
  await start.click();
  await dialog.getByLabel(/^I have read the terms/).check();
  await accept.click();
  await page.getByRole("button", { name: "Start now" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/, { timeout: 20_000 });

  // By whom stands in the settings.
  await page.goto("/settings/organisation");
  await expect(panel).toContainText("Accepted by Nadia Karim");
  await panel.getByRole("link", { name: "Read them" }).click();
  await expect(reading).toContainText("Accepted by Nadia Karim");
  await expect(reading.getByRole("checkbox")).toHaveCount(0);
});

test("a start that is refused for the terms asks for them, and starts after", async ({
  operator: page,
  complaints,
}) => {
  test.setTimeout(120_000);
  complaints.allow(/status of 409/);
  const name = unique("Summer");
  await importThroughWizard(
    page,
    name,
    csv(phones(2).map((phone) => ({ name: "Ayu", phone, city: "Medan", consent: "yes" }))),
  );
  // The page believes that they are accepted; the start knows better.
  const { version, text } = await (await page.request.get("/api/v1/terms")).json();
  const accepted = { version, at: new Date().toISOString(), by: "Nadia Karim" };
  let refused = false;
  await page.route("**/api/v1/terms", (route) =>
    route.fulfill({ json: { version, text, accepted: refused ? null : accepted } }),
  );
  await page.route("**/api/v1/terms/accept", (route) =>
    route.fulfill({ json: { version, text, accepted } }),
  );
  await page.route("**/api/v1/campaigns/*/start", async (route) => {
    if (refused) return route.fulfill({ json: { id: new URL(route.request().url()).pathname } });
    refused = true;
    return route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({ code: "terms_not_accepted", version }),
    });
  });
  await page.getByRole("link", { name: "Send them a campaign" }).click();
  await page.getByLabel("Campaign name").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Text of the message").fill("Hi {{name}}");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Start for 2 recipients" }).click();
  await page.getByRole("button", { name: "Start now" }).click();
  const dialog = page.getByRole("dialog", { name: "Terms, before the first campaign" });
  await dialog.getByLabel(/^I have read the terms/).check();
  await dialog.getByRole("button", { name: "Accept and start" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/, { timeout: 20_000 });
});
