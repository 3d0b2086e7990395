import { violations } from "./axe";
import { mailedLink } from "./mail";
import { address, expect, type Page, signIn, signUp, test, unique } from "./operator";

const PASSWORD = "a quiet harbour 9";
const NEXT = "a louder harbour 10";

async function ask(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  // Both pages ask for an email.
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
}

test("a forgotten password is set anew by a link that holds once", async ({
  page,
  browser,
  complaints,
}) => {
  test.setTimeout(120_000);
  const email = address("owner");
  const context = await browser.newContext();
  const elsewhere = await context.newPage();
  await complaints.listen(elsewhere);
  await signUp(elsewhere, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email,
    password: PASSWORD,
  });

  await ask(page, email);
  expect(await violations(page)).toEqual([]);
  const link = await mailedLink(page, email, /\/reset#/);
  expect(link.pathname).toBe("/reset");
  expect(link.search).toBe("");

  // The token is out of the address before anything is typed.
  await page.goto(`/reset${link.hash}`);
  await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  expect(await page.evaluate(() => window.location.href)).toMatch(/\/reset$/);
  expect(await violations(page)).toEqual([]);
  const change = page.getByRole("button", { name: /^Change the password/ });
  await page.getByLabel("New password").fill("short");
  await expect(change).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel("New password").fill(NEXT);
  await change.click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  // Every session has ended; the old password opens nothing, the new one does.
  complaints.allow(/status of (401|410)/);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await context.close();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not right");
  await signIn(page, email, NEXT);

  // The link is used up.
  await page.goto(`/reset${link.hash}`);
  await page.getByLabel("New password").fill(PASSWORD);
  await change.click();
  await expect(
    page.getByRole("heading", { name: "This link does not hold any more" }),
  ).toBeVisible();
  await page.getByRole("link", { name: "Ask for a new link" }).click();
  await expect(page).toHaveURL(/\/forgot/);
});

test("nobody learns who has an account, and a link without its end is explained", async ({
  page,
}) => {
  const nobody = address("nobody");
  await ask(page, nobody);
  await expect(page.getByText(`If there is an account with ${nobody}`)).toBeVisible();
  const html = await (await page.request.get("/dev/mail")).text();
  expect(html).not.toContain(nobody);

  await page.goto("/reset");
  await expect(page.getByRole("heading", { name: "This link is not complete" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
