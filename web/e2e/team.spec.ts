import type { Browser } from "@playwright/test";
import { violations } from "./axe";
import { address, type Complaints, expect, type Page, signUp, test, unique } from "./operator";

const PASSWORD = "a quiet harbour 9";

/** The path of the newest invite that was mailed to somebody. */
async function invitePath(page: Page, email: string, not?: string): Promise<string> {
  let path = "";
  await expect
    .poll(async () => {
      const html = await (await page.request.get("/dev/mail")).text();
      const at = html.indexOf(email);
      const link = at < 0 ? null : /href="([^"]*\/invite\/[^"]+)"/.exec(html.slice(at));
      path = link?.[1] ? new URL(link[1], page.url()).pathname : "";
      return path !== "" && path !== not;
    })
    .toBe(true);
  return path;
}

async function freshPage(browser: Browser, complaints: Complaints): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await complaints.listen(page);
  return page;
}

async function inviteSomeone(page: Page, email: string, role: string): Promise<void> {
  await page.goto("/settings/team");
  await page.getByRole("button", { name: "Invite someone" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Invite someone" });
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
  await dialog.getByRole("button", { name: "Send the invite" }).click();
}

const memberRow = (page: Page, name: string) =>
  page.getByRole("table", { name: "People" }).getByRole("row", { name: new RegExp(name) });

test("a person is invited, joins, is promoted and deactivated", async ({
  page,
  browser,
  complaints,
}) => {
  test.setTimeout(180_000);
  const business = unique("Harbour");
  const email = address("rani");
  await signUp(page, {
    business,
    name: "Nadia Karim",
    email: address("owner"),
    password: PASSWORD,
  });

  // Alone at first, and nobody changes their own membership.
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/\/settings\/organisation/);
  await page.getByRole("link", { name: "Team" }).click();
  await expect(page.getByText("Only you so far")).toBeVisible();
  await expect(memberRow(page, "Nadia Karim")).toContainText("you");
  await expect(memberRow(page, "Nadia Karim").getByRole("button")).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  await inviteSomeone(page, email, "Agent");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const invites = page.getByRole("region", { name: "Open invites" });
  await expect(invites.getByRole("listitem")).toContainText(email);

  // The same person is not invited twice, and the form says so at the email.
  complaints.allow(/status of 409/);
  await inviteSomeone(page, email, "Agent");
  await expect(page.getByRole("dialog").getByText(/has an open invite/)).toBeVisible();
  await page.keyboard.press("Escape");

  // A link that was replaced leads nowhere; the new one leads in.
  const first = await invitePath(page, email);
  await page.getByRole("button", { name: `Resend the invite to ${email}` }).click();
  const second = await invitePath(page, email, first);
  const agent = await freshPage(browser, complaints);
  complaints.allow(/status of 404/);
  await agent.goto(first);
  await expect(agent.getByRole("heading", { name: "This invite does not hold" })).toBeVisible();
  expect(await violations(agent)).toEqual([]);
  await agent.goto(second);
  await expect(agent.getByRole("heading", { name: `Join ${business}` })).toBeVisible();
  await expect(agent.getByText(/invites you to work with them as Agent/)).toBeVisible();
  await expect(agent.getByLabel("Email")).toHaveValue(email);
  expect(await violations(agent)).toEqual([]);
  const join = agent.getByRole("button", { name: /^Join/ });
  await agent.getByLabel("Your name").fill("Rani Putri");
  await agent.getByLabel("Password", { exact: true }).fill("short");
  await expect(join).toHaveAttribute("aria-disabled", "true");
  await agent.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await join.click();
  await expect(agent.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

  // An agent is told what needs another role, and looks at the settings only.
  await agent.goto("/campaigns");
  const start = agent.getByRole("button", { name: /^New campaign.*Needs the role Manager/ });
  await expect(start.first()).toHaveAttribute("aria-disabled", "true");
  await expect(agent.getByRole("link", { name: "New campaign" })).toHaveCount(0);
  await agent.goto("/settings/organisation");
  await expect(agent.getByText("you need the role Administrator")).toBeVisible();
  await expect(agent.getByRole("button", { name: "Save the profile" })).toHaveCount(0);
  expect(await violations(agent)).toEqual([]);
  await agent.goto("/settings/team");
  await expect(memberRow(agent, "Rani Putri")).toContainText("you");
  await expect(agent.getByRole("combobox")).toHaveCount(0);
  await expect(agent.getByRole("button", { name: /^Invite someone/ })).toHaveAttribute(
    "aria-disabled",
    "true",
  );

  // The role is changed while both are here.
  await page.reload();
  await page.getByRole("combobox", { name: "Role of Rani Putri" }).selectOption("manager");
  await expect(page.getByText("Done.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Role of Rani Putri" })).toHaveValue("manager");
  await agent.goto("/campaigns");
  await expect(agent.getByRole("link", { name: "New campaign" }).first()).toBeVisible();

  // Deactivated, after being asked; the session ends.
  await page.getByRole("button", { name: "Deactivate Rani Putri" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(memberRow(page, "Rani Putri")).toContainText("Deactivated");
  complaints.allow(/status of 40[13]/);
  await agent.reload();
  await expect(agent).toHaveURL(/\/sign-in/);
  await agent.context().close();
});

test("the business profile is changed, and a stale form says so", async ({ page, complaints }) => {
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: PASSWORD,
  });
  await page.goto("/settings/organisation");
  const save = page.getByRole("button", { name: /^Save the profile/ });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  const renamed = unique("Harbour Tea");
  await page.getByLabel("Name", { exact: true }).fill(renamed);
  await page.getByLabel("Website").fill("harbour.example");
  await page.getByRole("combobox", { name: "Kind of business" }).selectOption("company");
  await page.getByRole("combobox", { name: "Default country" }).selectOption("ID");
  await page.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Jakarta");
  expect(await violations(page)).toEqual([]);
  await save.click();
  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByRole("button", { name: `${renamed}: change organisation` })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Website")).toHaveValue("https://harbour.example");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("Asia/Jakarta");

  // The same form in a second window is saved first.
  const other = await page.context().newPage();
  await other.goto("/settings/organisation");
  await other.getByLabel("Industry").fill("Tea house");
  await page.getByLabel("Industry").fill("Coffee house");
  await other.getByRole("button", { name: /^Save the profile/ }).click();
  await expect(other.getByText("Done.")).toBeVisible();
  complaints.allow(/status of 409/);
  await save.click();
  await expect(
    page.getByRole("alert").filter({ hasText: "Somebody else changed the profile" }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Show the present profile" }).click();
  await expect(page.getByLabel("Industry")).toHaveValue("Tea house");
});

test("a person goes from one organisation to another", async ({ page }) => {
  const business = unique("Harbour");
  const second = unique("Lighthouse");
  await signUp(page, {
    business,
    name: "Nadia Karim",
    email: address("owner"),
    password: PASSWORD,
  });
  await page.goto("/settings/team");
  const menu = (name: string) => page.getByRole("button", { name: `${name}: change organisation` });
  await menu(business).click();
  await page.getByRole("menuitem", { name: "New organisation…" }).click();
  const dialog = page.getByRole("dialog", { name: "New organisation" });
  await dialog.getByLabel("Business name").fill(second);
  await dialog.getByRole("button", { name: "Create and go there" }).click();
  await expect(menu(second)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

  await menu(second).click();
  await expect(page.getByRole("menuitemradio", { name: new RegExp(second) })).toBeChecked();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("menuitemradio", { name: new RegExp(business) }).press("Enter");
  await expect(menu(business)).toBeVisible();
  await page.reload();
  await expect(menu(business)).toBeVisible();
});
