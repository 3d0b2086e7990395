import { readFile } from "node:fs/promises";
import { violations } from "./axe";
import { address, commandHeaders, expect, signUp, test, unique } from "./operator";

test("what was done and refused is found, with what it changed, and exported", async ({ page }) => {
  test.setTimeout(120_000);
  const business = unique("Harbour");
  const renamed = unique("Harbour Tea");
  await signUp(page, {
    business,
    name: "Nadia Karim",
    email: address("owner"),
    password: "a quiet harbour 9",
  });
  await page.goto("/settings/organisation");
  await page.getByLabel("Name", { exact: true }).fill(renamed);
  await page.getByRole("button", { name: /^Save the profile/ }).click();
  await expect(page.getByText("Done.")).toBeVisible();
  const missing = crypto.randomUUID();
  const refused = await page.request.post(`/api/v1/campaigns/${missing}/pause`, {
    headers: commandHeaders(),
  });
  expect(refused.status()).toBe(404);
  const { code } = await refused.json();

  await page.getByRole("link", { name: "Audit" }).click();
  const table = page.getByRole("table", { name: "Audit trail" });
  const rows = table.getByRole("row");
  const renaming = rows.filter({ hasText: "Change the organisation" });
  await expect(renaming).toHaveCount(1);
  await expect(renaming).toContainText("Nadia Karim");
  await expect(renaming.getByText("Done", { exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // By keyboard to the details: before and after, and from where.
  await renaming.press("Enter");
  const drawer = page.getByRole("dialog", { name: "Change the organisation" });
  const name = drawer.getByRole("row").filter({ has: page.getByText("name", { exact: true }) });
  await expect(name).toContainText(business);
  await expect(name).toContainText(renamed);
  await expect(page).toHaveURL(/open=/);
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await expect(drawer).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/open=/);

  // The filters are in the address.
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("refused");
  await expect(page).toHaveURL(/outcome=refused/);
  await expect(renaming).toHaveCount(0);
  const refusal = rows.filter({ hasText: "Pause a campaign" });
  await expect(refusal).toHaveCount(1);
  await expect(refusal).toContainText(code);
  await page.reload();
  await expect(refusal).toHaveCount(1);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const lines = (await readFile(await file.path(), "utf8")).trim().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("campaigns_pause");

  await page.getByRole("searchbox", { name: "Action, refusal or name" }).fill("zzzz nothing");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(renaming).toHaveCount(1);
  await page.getByRole("combobox", { name: "Who" }).selectOption({ label: "Nadia Karim" });
  await expect(page).toHaveURL(/actor=user/);
  await expect(renaming).toHaveCount(1);
});

test("the trail is not for those without the permission", async ({ operator: page }) => {
  await page.route("**/api/v1/auth/me", async (route) => {
    const answer = await route.fetch();
    const me = await answer.json();
    const permissions = me.permissions.filter(
      (one: string) => one !== "audit.read" && one !== "privacy.write",
    );
    await route.fulfill({ response: answer, json: { ...me, permissions } });
  });
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/v1\/(audit|privacy)/.test(request.url())) asked.push(request.url());
  });
  await page.goto("/settings/audit");
  await expect(page.getByText("The audit trail is not for your role")).toBeVisible();
  const sections = page.getByRole("navigation", { name: "Sections of the settings" });
  await expect(sections.getByRole("link", { name: "Security" })).toBeVisible();
  await expect(sections.getByRole("link", { name: "Audit" })).toHaveCount(0);
  await expect(sections.getByRole("link", { name: "Privacy" })).toHaveCount(0);
  await page.goto("/settings/privacy");
  await expect(page.getByText("Privacy is not for your role")).toBeVisible();
  expect(asked).toEqual([]);
});
