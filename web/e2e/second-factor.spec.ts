import { readFile } from "node:fs/promises";
import { violations } from "./axe";
import { mailedLink } from "./mail";
import {
  address,
  commandHeaders,
  expect,
  type Page,
  reached,
  signIn,
  signUp,
  test,
  unique,
} from "./operator";
import { totp, wrongTotp } from "./totp";

const PASSWORD = "a quiet harbour 9";

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Nadia Karim" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

/** Up to the step that asks for a code. */
async function enterPassword(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
}

async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
}

const home = (page: Page) => page.getByRole("heading", { level: 1, name: "Home" });

test("a second factor is turned on, signed in with, and turned off", async ({
  page,
  complaints,
}) => {
  test.setTimeout(180_000);
  const email = address("owner");
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email,
    password: PASSWORD,
  });
  await page.goto("/settings/security");
  const panel = page.getByRole("region", { name: "Second factor" });
  await expect(panel.getByText("Off", { exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // The password first, and a wrong one is said at its field.
  complaints.allow(/status of (401|422)/);
  await panel.getByRole("button", { name: "Turn on" }).click();
  const asking = page.getByRole("dialog", { name: "Turn on the second factor" });
  await asking.getByLabel("Your password").fill("not this one");
  await asking.getByRole("button", { name: "Continue" }).click();
  await expect(asking.getByText("The password is not right.")).toBeVisible();
  await asking.getByLabel("Your password").fill(PASSWORD);
  await asking.getByRole("button", { name: "Continue" }).click();

  // Then the app: the picture is there, and the secret in letters.
  const picture = asking.getByRole("img", { name: /QR code/ });
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  const shown = asking.getByRole("region", { name: "Secret" }).locator("code");
  await expect(shown).toHaveText(/^[A-Z2-7]{16,}$/);
  const secret = await shown.innerText();
  expect(await violations(page)).toEqual([]);
  await asking.getByLabel("Code of the app").fill(wrongTotp(secret));
  await asking.getByRole("button", { name: "Turn it on" }).click();
  await expect(asking.getByText(/^This code is not right/)).toBeVisible();
  await asking.getByLabel("Code of the app").fill(totp(secret));
  await asking.getByRole("button", { name: "Turn it on" }).click();

  // The recovery codes, once; only the button leads away.
  const kept = page.getByRole("dialog", { name: "Your recovery codes" });
  const items = kept.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(items).toHaveCount(10);
  const codes = await items.allInnerTexts();
  for (const code of codes) expect(code).toMatch(/^[a-z0-9]{5}-[a-z0-9]{5}$/);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(items).toHaveCount(10);
  const download = page.waitForEvent("download");
  await kept.getByRole("button", { name: "Download" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("waybill-recovery-codes.txt");
  expect((await readFile(await file.path(), "utf8")).trim().split("\n")).toEqual(codes);
  await kept.getByRole("button", { name: "I have stored the codes" }).click();
  await expect(panel.getByText(/10 recovery codes left/)).toBeVisible();

  // A wrong code is said in place; a recovery code works once.
  await signOut(page);
  await enterPassword(page, email);
  expect(await violations(page)).toEqual([]);
  await enterCode(page, wrongTotp(secret));
  await expect(page.getByText(/^This code is not right/)).toBeVisible();
  const [first = "", second = ""] = codes;
  await enterCode(page, first);
  await expect(home(page)).toBeVisible();
  await signOut(page);
  await enterPassword(page, email);
  await enterCode(page, first);
  await expect(page.getByText(/^This code is not right/)).toBeVisible();
  // The code that turned it on is used up; the next one is good already.
  await enterCode(page, totp(secret, 1));
  await expect(home(page)).toBeVisible();

  // New codes end the old ones.
  await page.goto("/settings/security");
  await expect(panel.getByText(/9 recovery codes left/)).toBeVisible();
  await panel.getByRole("button", { name: "New recovery codes" }).click();
  const renewing = page.getByRole("dialog", { name: "New recovery codes" });
  await renewing.getByLabel("Your password").fill(PASSWORD);
  await renewing.getByRole("button", { name: "Make new codes" }).click();
  await expect(items).toHaveCount(10);
  const fresh = await items.allInnerTexts();
  expect(fresh).not.toContain(second);
  await kept.getByRole("button", { name: "I have stored the codes" }).click();
  await expect(panel.getByText(/10 recovery codes left/)).toBeVisible();

  // Off again, with an old code first.
  await panel.getByRole("button", { name: "Turn off" }).click();
  const ending = page.getByRole("dialog", { name: "Turn off the second factor?" });
  await ending.getByLabel("Your password").fill(PASSWORD);
  await ending.getByLabel("Code", { exact: true }).fill(second);
  await ending.getByRole("button", { name: "Turn off" }).click();
  await expect(ending.getByText(/^This code is not right/)).toBeVisible();
  await ending.getByLabel("Code", { exact: true }).fill(fresh[0] ?? "");
  await ending.getByRole("button", { name: "Turn off" }).click();
  await expect(panel.getByText("Off", { exact: true })).toBeVisible();
  await signOut(page);
  await signIn(page, email, PASSWORD);
});

test("the password is changed, and ends the sessions elsewhere", async ({
  page,
  browser,
  complaints,
}) => {
  const email = address("owner");
  const next = "a louder harbour 10";
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email,
    password: PASSWORD,
  });
  const context = await browser.newContext();
  const other = await context.newPage();
  await complaints.listen(other);
  await signIn(other, email, PASSWORD);

  complaints.allow(/status of 401/);
  await page.goto("/settings/security");
  const panel = page.getByRole("region", { name: "Password" });
  await panel.getByLabel("Current password").fill("not this one");
  await panel.getByLabel("New password").fill(next);
  await panel.getByRole("button", { name: "Change the password" }).click();
  await expect(panel.getByText("The password is not right.")).toBeVisible();
  await panel.getByLabel("Current password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("Done.")).toBeVisible();

  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await signIn(other, email, next);
  await context.close();
  await page.reload();
  await expect(panel).toBeVisible();
});

test("an account is erased once its address was typed, and not as the last administrator", async ({
  page,
  complaints,
}) => {
  const business = unique("Harbour");
  const email = address("owner");
  await signUp(page, { business, name: "Nadia Karim", email, password: PASSWORD });
  await page.goto("/settings/security");
  const panel = page.getByRole("region", { name: "Your data" });
  const download = page.waitForEvent("download");
  await panel.getByRole("link", { name: "Download all of it" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);

  complaints.allow(/status of 409/);
  await panel.getByRole("button", { name: "Erase the account" }).click();
  const dialog = page.getByRole("dialog", { name: "Erase your account?" });
  const erase = dialog.getByRole("button", { name: /^Erase for good/ });
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await expect(erase).toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel(`Type ${email} to confirm`).fill(email);
  expect(await violations(page)).toEqual([]);
  await erase.click();
  await expect(dialog.getByRole("alert").getByRole("listitem")).toHaveText([business]);
});

test("somebody who erases the account is gone from the team, and cannot sign in again", async ({
  page,
  browser,
  complaints,
}) => {
  test.setTimeout(120_000);
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: PASSWORD,
  });
  const email = address("rani");
  const { tenant } = await (await page.request.get("/api/v1/auth/me")).json();
  const invited = await page.request.post(`/api/v1/tenants/${tenant.id}/invite`, {
    headers: commandHeaders(),
    data: { email, role: "agent" },
  });
  expect(invited.ok()).toBe(true);
  const link = await mailedLink(page, email, /\/invite\//);
  const context = await browser.newContext();
  const agent = await context.newPage();
  await complaints.listen(agent);
  const token = link.pathname.split("/").at(-1);
  const joined = await agent.request.post(`/api/v1/auth/invites/${token}/accept`, {
    headers: commandHeaders(),
    data: { full_name: "Rani Putri", password: PASSWORD },
  });
  expect(joined.ok()).toBe(true);
  await reached(page, "/members", joined);
  await page.goto("/settings/team");
  await expect(page.getByText("Rani Putri")).toBeVisible();

  await signIn(agent, email, PASSWORD);
  await agent.goto("/settings/security");
  await agent.getByRole("button", { name: "Erase the account" }).click();
  const dialog = agent.getByRole("dialog", { name: "Erase your account?" });
  await dialog.getByLabel(`Type ${email} to confirm`).fill(email);
  complaints.allow(/status of 401/);
  await dialog.getByLabel("Your password").fill("not this one");
  await dialog.getByRole("button", { name: /^Erase for good/ }).click();
  await expect(dialog.getByText("The password is not right.")).toBeVisible();
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: /^Erase for good/ }).click();
  await expect(agent).toHaveURL(/\/sign-in/);
  await agent.getByLabel("Email").fill(email);
  await agent.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await agent.getByRole("button", { name: "Sign in" }).click();
  await expect(agent.getByRole("alert")).toContainText("not right");
  await context.close();

  await expect
    .poll(async () => (await page.request.get("/api/v1/members")).text())
    .not.toContain("Rani Putri");
  await page.reload();
  await expect(page.getByRole("table", { name: "People" })).toContainText("Nadia Karim");
  await expect(page.getByText("Rani Putri")).toHaveCount(0);
  await page.goto("/settings/privacy");
  const row = page.getByRole("table", { name: "Erasures" }).getByRole("row").nth(1);
  await expect(row).toContainText("Person of the team");
  await expect(row).not.toContainText("Rani Putri");
});
