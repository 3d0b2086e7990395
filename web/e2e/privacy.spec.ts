import { violations } from "./axe";
import {
  address,
  commandHeaders,
  expect,
  type Page,
  phones,
  reached,
  SANDBOX,
  signUp,
  test,
  unique,
} from "./operator";

async function business(page: Page): Promise<void> {
  await signUp(page, {
    business: unique("Harbour"),
    name: "Nadia Karim",
    email: address("owner"),
    password: "a quiet harbour 9",
  });
}

async function addContact(page: Page, name: string, phone: string): Promise<string> {
  const answer = await page.request.post("/api/v1/contacts", {
    headers: commandHeaders(),
    data: { name, phone, consent: true },
  });
  expect(answer.ok()).toBe(true);
  return (await answer.json()).id;
}

test("a person's data is handed out, and erased for good with a certificate", async ({
  page,
  complaints,
}) => {
  test.setTimeout(120_000);
  await business(page);
  const [phone] = phones(1) as [string];
  const name = unique("Dian");
  const id = await addContact(page, name, phone);
  await page.goto("/contacts");
  await page.getByRole("table", { name: "Contacts" }).getByText(name).click();
  const drawer = page.getByRole("dialog", { name });
  const download = page.waitForEvent("download");
  await drawer.getByRole("link", { name: "Export data" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);

  // Only after the number was typed.
  await drawer.getByRole("button", { name: "Erase for good" }).click();
  const dialog = page.getByRole("dialog", { name: `Erase ${name} for good?` });
  await expect(dialog.getByRole("listitem").first()).toContainText("become unreadable");
  const erase = dialog.getByRole("button", { name: /^Erase for good/ });
  await dialog.getByLabel(`Type ${phone} to confirm`).fill("+62 812");
  await expect(erase).toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel(`Type ${phone} to confirm`).fill(phone);
  expect(await violations(page)).toEqual([]);
  await erase.click();
  const certificate = page.getByRole("region", { name: "Certificate" });
  await expect(certificate).toContainText(id);
  await expect(certificate).toContainText("Nadia Karim");
  expect(await violations(page)).toEqual([]);
  await certificate.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("No contacts yet")).toBeVisible();

  // Gone where it was, and on the record where it has to be.
  complaints.allow(/status of 404/);
  await page.goto(`/contacts?open=${id}`);
  await expect(page.getByRole("dialog").getByText("not there any more")).toBeVisible();
  await page.goto("/settings/organisation");
  await page.getByRole("link", { name: "Privacy" }).click();
  const row = page.getByRole("table", { name: "Erasures" }).getByRole("row", { name: id });
  await expect(row).toContainText("Contact");
  await expect(row).toContainText("Nadia Karim");
  await expect(row).not.toContainText(name);
  expect(await violations(page)).toEqual([]);
});

test("a conversation outlives the person who was erased from it, without name, number and texts", async ({
  page,
  complaints,
}) => {
  await business(page);
  const [phone] = phones(1) as [string];
  const name = unique("Dian");
  const id = await addContact(page, name, phone);
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  const text = unique("Is the blue one in stock?");
  const written = await page.request.post(`${SANDBOX}/_sandbox/inbound`, {
    data: { profile: items[0].profiles[0].phone_number_id, from: phone, text, name },
  });
  expect(written.ok()).toBe(true);
  await page.goto("/inbox");
  const chats = page.getByRole("list", { name: "Chats" });
  await chats.getByRole("button", { name: new RegExp(name) }).click();
  const thread = page.getByRole("log", { name: "Messages" });
  await expect(thread.getByText(text)).toBeVisible();
  const conversation = page.url();

  const erased = await page.request.post(`/api/v1/contacts/${id}/erase`, {
    headers: commandHeaders(),
    data: { confirm: phone },
  });
  expect(erased.ok()).toBe(true);
  await reached(page, "/chats", erased);
  complaints.allow(/status of 404/);
  await page.goto(conversation);
  await expect(chats.getByRole("button", { name: /Erased/ })).toBeVisible();
  await expect(thread.getByText("The text was erased.")).toBeVisible();
  await expect(page.getByText("nothing can be sent to them")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Write a reply" })).toHaveCount(0);
  const shown = await page.locator("body").innerText();
  for (const gone of [name, phone, text]) expect(shown).not.toContain(gone);
  expect(await violations(page)).toEqual([]);
});

test("how long messages are kept is set, within its bounds", async ({ page }) => {
  await business(page);
  await page.goto("/settings/privacy");
  await expect(page.getByText("Nobody has been erased")).toBeVisible();
  const panel = page.getByRole("region", { name: "How long messages are kept" });
  const days = panel.getByLabel("Days");
  const save = panel.getByRole("button", { name: /^Save/ });
  await expect(days).toHaveValue("14");
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await days.fill("366");
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await days.fill("7");
  await expect(panel.getByText(/^Shorter than now/)).toBeVisible();
  await days.fill("30");
  await save.click();
  await expect(page.getByText("Done.")).toBeVisible();
  await page.reload();
  await expect(days).toHaveValue("30");
});

test("what people agree to is shown to whoever records it", async ({ page }) => {
  await business(page);
  const policy = unique("You may write to me about my orders.");
  await page.goto("/settings/organisation");
  await page.getByLabel(/^Consent policy/).fill(policy);
  await page.getByRole("button", { name: /^Save the profile/ }).click();
  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Plan" })).toContainText("Requests a minute");

  await page.goto("/contacts?add=true");
  await expect(page.getByRole("dialog").getByText(policy)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto("/contacts/import");
  await page.locator('input[type="file"]').setInputFiles({
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("Name,Phone\nAyu,+628121234567\n"),
  });
  await expect(page.getByRole("region", { name: "What people agree to" })).toContainText(policy);
});
