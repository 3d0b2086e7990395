import { violations } from "./axe";
import { expect, test } from "./operator";

type Pack = { id: string; profiles: { id: string }[] };

/** Where each screen is, and what shows that its data has arrived. */
async function screens(get: (path: string) => Promise<{ items: { id: string }[] }>) {
  const campaign = (await get("/campaigns")).items[0]?.id;
  const contact = (await get("/contacts")).items[0]?.id;
  const chat = (await get("/chats")).items[0]?.id;
  const entry = (await get("/audit?limit=1")).items[0]?.id;
  const pack = (await get("/packages")).items[0] as Pack | undefined;
  const number = pack?.profiles[0]?.id;
  const file = (await get("/media")).items[0]?.id;
  const template = (await get("/templates")).items[0]?.id;
  return [
    ["home", "/"],
    ["contacts", "/contacts"],
    ["contact", contact && `/contacts?open=${contact}`],
    ["add-contact", "/contacts?add=true"],
    ["import", "/contacts/import"],
    ["campaigns", "/campaigns"],
    ["campaign", campaign && `/campaigns/${campaign}`],
    ["wizard-audience", "/campaigns/new"],
    ["wizard-text", "/campaigns/new?step=2&name=A&audience=all&text=Hi+{{name}}"],
    ["wizard-numbers", "/campaigns/new?step=3&name=A&audience=all&text=Hi+{{name}}"],
    ["templates", "/templates"],
    ["template", template && `/templates?open=${template}`],
    ["files", "/media"],
    ["file", file && `/media?open=${file}`],
    ["wallet", "/wallet"],
    ["top-up", "/wallet?topup=true"],
    ["numbers", "/numbers"],
    ["add-number", pack && `/numbers?add=${pack.id}`],
    ["package-settings", pack && `/numbers?settings=${pack.id}`],
    ["preview", pack && `/numbers?preview=${pack.id}`],
    ["number", number && `/numbers?open=${number}`],
    ["number-health", number && `/numbers?open=${number}&tab=health`],
    ["number-change", number && `/numbers?open=${number}&tab=change`],
    ["deliveries", pack && `/numbers/${pack.id}/log`],
    ["send", pack && `/numbers/${pack.id}/send`],
    ["uncertain", "/uncertain"],
    ["check-numbers", "/contacts?check=true"],
    ["inbox", "/inbox"],
    ["chat", chat && `/inbox?chat=${chat}`],
    ["log", "/log"],
    ["organisation", "/settings/organisation"],
    ["team", "/settings/team"],
    ["invite-someone", "/settings/team?invite=true"],
    ["keys", "/settings/keys"],
    ["new-key", "/settings/keys?new=true"],
    ["security", "/settings/security"],
    ["audit", "/settings/audit"],
    ["audit-entry", entry && `/settings/audit?open=${entry}`],
    ["privacy", "/settings/privacy"],
    ["terms", "/settings/organisation?terms=true"],
    ["history", campaign && `/log?kind=campaign&id=${campaign}`],
  ].filter((screen): screen is [string, string] => Boolean(screen[1]));
}

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390] as const) {
    test(`every screen is accessible and fits, ${theme}, ${width} px`, async ({
      operator: page,
    }) => {
      test.setTimeout(180_000);
      await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
      await page.evaluate((chosen) => localStorage.setItem("waybill.theme", chosen), theme);
      const all = await screens(async (path) => (await page.request.get(`/api/v1${path}`)).json());
      for (const [name, path] of all) {
        await page.goto(path);
        await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
        // Under an open dialog the page itself is hidden from roles, but it is there.
        await expect(page.locator("h1").first()).toBeAttached();
        await expect(page.locator('[role="status"][aria-label="Loading"]')).toHaveCount(0);
        expect.soft(await violations(page), `${name} ${theme} ${width}`).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect.soft(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `shots/${name}-${theme}-${width}.png` });
      }
    });
  }
}

test("the signed-out screens are accessible", async ({ page }) => {
  for (const path of ["/sign-in", "/register", "/forgot", "/reset"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `shots${path}.png` });
  }
});

test("the accessibility check finds a fault that is planted", async ({ operator: page }) => {
  await page.evaluate(() => {
    const button = document.createElement("button");
    button.textContent = "planted";
    button.style.color = "#999";
    button.style.background = "#aaa";
    document.querySelector("main")?.prepend(button);
  });
  expect(await violations(page)).toEqual(
    expect.arrayContaining([expect.stringContaining("color-contrast")]),
  );
});

test("the keyboard reaches everything: palette, help, screens", async ({ operator: page }) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to…" }).fill("wallet");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/wallet/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/contacts/);
  const rows = page.getByRole("table", { name: "Contacts" }).getByRole("row");
  await rows.nth(1).focus();
  await page.keyboard.press("j");
  await expect(rows.nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("a read model is rebuilt while the page stays in use", async ({ operator: page }) => {
  await page.goto("/log");
  await page
    .getByRole("button", { name: /^Rebuild / })
    .first()
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Rebuild" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(
    page.getByRole("button", { name: /^Rebuild /, disabled: false }).first(),
  ).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Rebuilding", { exact: true })).toHaveCount(0, { timeout: 60_000 });
});
