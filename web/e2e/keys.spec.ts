import { violations } from "./axe";
import { address, expect, signUp, test, unique } from "./operator";

test("a key is made, read with, and revoked", async ({ page, request }) => {
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: "a quiet harbour 9",
  });
  await page.goto("/settings/organisation");
  await page.getByRole("link", { name: "API keys" }).click();
  await expect(page.getByText("No API keys yet")).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "New key" }).click();
  const making = page.getByRole("dialog", { name: "New API key" });
  await making.getByLabel("Name", { exact: true }).fill("Export");
  const make = making.getByRole("button", { name: /^Make the key/ });
  await expect(make).toHaveAttribute("aria-disabled", "true");
  await making.getByRole("button", { name: "Read only" }).click();
  await making.getByRole("button", { name: "90 days" }).click();
  expect(await violations(page)).toEqual([]);
  await make.click();

  // Shown until the button says that it is stored.
  const shown = page.getByRole("dialog", { name: "The key “Export”" });
  const code = shown.getByRole("region", { name: "Key", exact: true }).locator("code");
  await expect(code).toHaveText(/^wb_live_\S{20,}$/);
  const key = await code.innerText();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(code).toHaveText(key);
  await expect(page).toHaveURL(/\/settings\/keys$/);
  await shown.getByRole("button", { name: "I have stored the key" }).click();
  await expect(shown).toHaveCount(0);
  const row = page.getByRole("table", { name: "API keys" }).getByRole("row", { name: /Export/ });
  await expect(row).toContainText(`${key.slice(0, 12)}…`);
  await expect(row).not.toContainText(key);

  // It reads and changes nothing.
  const headers = { Authorization: `Bearer ${key}` };
  expect((await request.get("/api/v1/contacts", { headers })).status()).toBe(200);
  const refused = await request.post("/api/v1/campaigns", { headers, data: {} });
  expect(refused.status()).toBe(403);
  await page.reload();
  await expect(row.getByRole("cell").nth(3)).not.toHaveText("never");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Revoke the key Export" }).click();
  const asked = page.getByRole("dialog", { name: "Revoke “Export”?" });
  await asked.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No API keys yet")).toBeVisible();
  expect((await request.get("/api/v1/contacts", { headers })).status()).toBe(401);
});
