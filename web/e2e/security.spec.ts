import { violations } from "./axe";
import { address, expect, signIn, signUp, test, unique } from "./operator";

const PASSWORD = "a quiet harbour 9";
const ON_WINDOWS =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

test("a session elsewhere is ended, and has to sign in again", async ({
  page,
  browser,
  complaints,
}) => {
  const email = address("owner");
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email,
    password: PASSWORD,
  });
  await page.goto("/settings/organisation");
  await page.getByRole("link", { name: "Security" }).click();
  const rows = page.getByRole("table", { name: "Sessions" }).locator("tbody").getByRole("row");
  const here = rows.filter({ hasText: "this one" });
  const elsewhere = rows.filter({ hasText: "Chrome on Windows", hasNotText: "this one" });
  await expect(page.getByText("Signed in here only")).toBeVisible();
  await expect(rows).toHaveCount(1);
  await expect(here.getByRole("button")).toHaveText(["Sign out"]);
  await expect(page.getByRole("button", { name: "End all others" })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  const context = await browser.newContext({ userAgent: ON_WINDOWS });
  const other = await context.newPage();
  await complaints.listen(other);
  await signIn(other, email, PASSWORD);

  await page.reload();
  await expect(rows).toHaveCount(2);
  await expect(here).toHaveCount(1);
  await expect(elsewhere).toHaveCount(1);
  await expect(page.getByRole("button", { name: "End all others" })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // Ended, after being asked.
  await elsewhere.getByRole("button", { name: "End the session Chrome on Windows" }).click();
  const asked = page.getByRole("dialog", { name: "End “Chrome on Windows”?" });
  await expect(asked).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await asked.getByRole("button", { name: "End", exact: true }).click();
  await expect(page.getByText("Signed in here only")).toBeVisible();
  await expect(elsewhere).toHaveCount(0);

  complaints.allow(/status of 401/);
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await context.close();

  // The one that asked goes on.
  await page.reload();
  await expect(here).toHaveCount(1);
});

test("two tabs whose tokens end together renew the session once, and both go on", async ({
  page,
  complaints,
}) => {
  complaints.allow(/status of 401/);
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: PASSWORD,
  });
  const context = page.context();
  const other = await context.newPage();
  await complaints.listen(other);
  await other.goto("/");
  await expect(other.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

  // Each tab is told once that its token is over.
  const told = new Set<unknown>();
  await context.route("**/api/v1/contacts?**", (route) => {
    const from = route.request().frame();
    if (told.has(from)) return route.continue();
    told.add(from);
    return route.fulfill({ status: 401, json: { code: "unauthorized" } });
  });
  let refreshes = 0;
  context.on("request", (request) => {
    if (request.url().endsWith("/auth/refresh")) refreshes += 1;
  });
  const tabs = [page, other];
  await Promise.all(
    tabs.map((tab) => tab.getByRole("link", { name: "Contacts", exact: true }).click()),
  );
  await Promise.all(tabs.map((tab) => expect(tab.getByText("No contacts yet")).toBeVisible()));
  expect(told.size).toBe(2);
  expect(refreshes).toBe(1);
  await Promise.all(tabs.map((tab) => tab.reload()));
  await Promise.all(tabs.map((tab) => expect(tab.getByText("No contacts yet")).toBeVisible()));
});
