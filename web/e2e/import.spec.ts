import { csv, expect, figure, phones, test, unique } from "./operator";

test("a file is mapped, checked, imported, and every row is accounted for", async ({
  operator: page,
}) => {
  const name = unique("Import");
  const [one, two, three] = phones(3) as [string, string, string];
  const content = csv([
    { name: "Ayu", phone: one, city: "Jakarta", consent: "yes" },
    { name: "Bayu", phone: two, city: "Bandung", consent: "yes" },
    { name: "Citra", phone: three, city: "Medan", consent: "no" },
    { name: "Nobody", phone: "not a number", city: "Medan", consent: "yes" },
    { name: "Ayu again", phone: one, city: "Jakarta", consent: "yes" },
  ]);
  await page.goto("/contacts");
  await page.getByRole("link", { name: "Import" }).click();
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(content) });

  const phoneColumn = page.getByRole("combobox", { name: "Phone" });
  await expect(phoneColumn).toHaveValue("Phone");
  await expect(page.getByText("1 rejected")).toBeVisible();
  await expect(page.getByRole("row", { name: /Nobody/ })).toContainText("Rejected");

  // Without a phone column there is nothing to import, and the button says so.
  await phoneColumn.selectOption("");
  const start = page.getByRole("button", { name: /^Import the file/ });
  await expect(start).toHaveAttribute("aria-disabled", "true");
  await phoneColumn.selectOption("Phone");
  await expect(start).not.toHaveAttribute("aria-disabled", "true");
  await page.getByLabel("Put everyone in a new list").fill(name);
  await page.getByLabel("Where the consent comes from").fill("sign-up form");
  await start.click();

  await expect(page).toHaveURL(/import\?id=/);
  await expect(page.getByRole("heading", { name: "The import is finished" })).toBeVisible({
    timeout: 60_000,
  });
  expect(await figure(page, "rows")).toBe(5);
  expect(await figure(page, "created")).toBe(3);
  expect(await figure(page, "rejected")).toBe(1);
  expect(await figure(page, "duplicate")).toBe(1);
  await expect(page.getByText("Every one of the 5 rows is accounted for.")).toBeVisible();
  await expect(page.getByRole("table", { name: "Rejected rows" }).getByRole("row")).toHaveCount(2);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download rejected rows" }).click();
  expect((await download).suggestedFilename()).toBe("customers-rejected.csv");

  await page.getByRole("link", { name: "Show contacts" }).click();
  const table = page.getByRole("table", { name: "Contacts" });
  await expect(table.getByText("Citra")).toBeVisible();
  await expect(table.getByRole("row")).toHaveCount(4);
});

test("filters live in the URL, and no match differs from nothing yet", async ({
  operator: page,
}) => {
  await page.goto("/contacts");
  await page.getByRole("searchbox", { name: "Name or phone" }).fill("zzzz nobody has this name");
  await expect(page.getByText("No contact matches")).toBeVisible();
  await expect(page).toHaveURL(/q=zzzz/);
  await page.reload();
  await expect(page.getByText("No contact matches")).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Clear filters" }).last().click();
  await expect(page).not.toHaveURL(/q=/);
});

test("a contact is added, tagged in bulk, blocked and unblocked", async ({ operator: page }) => {
  const [phone] = phones(1) as [string];
  const name = unique("Dian");
  const tag = unique("tag").replace(" ", "-");
  await page.goto("/contacts?add=true");
  await page.getByRole("textbox", { name: "Phone", exact: true }).fill(phone);
  await page.getByRole("dialog").getByLabel(/^Name/).fill(name);
  await page.getByLabel("This person agreed to receive messages").check();
  await page.getByRole("dialog").getByRole("button", { name: "Add contact" }).click();
  await expect(page.getByText("Done.")).toBeVisible();

  await page.goto(`/contacts?q=${encodeURIComponent(name)}`);
  await page.getByLabel(`Select ${name}`).check();
  await page.getByRole("button", { name: "Add tag" }).click();
  await page.getByLabel("Tag name").fill(tag);
  await page.getByRole("dialog").getByRole("button", { name: "Add tag" }).click();
  await expect(page.getByRole("table").getByText(tag)).toBeVisible();

  await page.getByRole("table").getByText(name).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: "Block" }).click();
  await expect(drawer.getByRole("button", { name: "Unblock" })).toBeVisible();
  await expect(drawer.getByLabel("State").getByText("Blocked", { exact: true })).toBeVisible();
  await drawer.getByRole("button", { name: "Unblock" }).click();
  await expect(drawer.getByRole("button", { name: "Block", exact: true })).toBeVisible();
  await expect(
    drawer.getByRole("list", { name: "Timeline" }).getByRole("listitem").first(),
  ).toBeVisible();
});
