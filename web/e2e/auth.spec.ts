import { EMAIL, expect, PASSWORD, signIn, test, unique } from "./operator";

test("a business signs up, signs out and signs in again", async ({ page }) => {
  const email = `${unique("owner").replace(" ", "-")}@example.com`;
  const password = "a quiet harbour 9";
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByRole("link", { name: "Create account" }).click();

  const create = page.getByRole("button", { name: /^Create account/ });
  await page.getByLabel("Business name").fill("Harbour Coffee");
  await page.getByLabel("Your name").fill("Nadia Karim");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await expect(create).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await expect(create).not.toHaveAttribute("aria-disabled", "true");
  await create.click();

  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await expect(page.getByText("First steps")).toBeVisible();

  await page.getByRole("button", { name: "Nadia Karim" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, email, password);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

test("a wrong password is said in place", async ({ page, complaints }) => {
  complaints.allow(/status of 401/);
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("nobody@example.com");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not right");
});

test("a deep link comes back after signing in", async ({ page }) => {
  await page.goto("/contacts?consent=granted");
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/contacts\?consent=granted/);
  await expect(page.getByRole("combobox", { name: "Consent" })).toHaveValue("granted");
});

test("too many wrong tries are counted down, and then it may be tried again", async ({
  page,
  complaints,
}) => {
  complaints.allow(/status of 429/);
  await page.route("**/api/v1/auth/login", (route) =>
    route.fulfill({
      status: 429,
      headers: { "Retry-After": "9" },
      contentType: "application/problem+json",
      body: JSON.stringify({ code: "locked", retry_after_s: 9 }),
    }),
  );
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  const button = page.getByRole("button", { name: /^Sign in/ });
  await button.click();
  await expect(page.getByRole("timer")).toHaveText(/^Try again in 0:0[1-9]\.$/);
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await page.unroute("**/api/v1/auth/login");
  await expect(page.getByRole("timer")).toHaveCount(0, { timeout: 20_000 });
  await button.click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

test("who comes back from another provider is told what became of it", async ({ page }) => {
  await page.goto("/sign-in?sso=link_first");
  await expect(page.getByRole("alert")).toContainText("Sign in with its password");
  await page.goto("/sign-in?sso=cancelled");
  await expect(page.getByRole("alert")).toContainText("You cancelled it");
});
