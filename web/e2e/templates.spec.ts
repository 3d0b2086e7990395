import { violations, violationsEverywhere } from "./axe";
import {
  acceptTerms,
  commandHeaders,
  expect,
  type Page,
  phones,
  reached,
  SANDBOX,
  test,
  unique,
} from "./operator";

/** A number of the business, as the provider knows it; each has a business account of its own. */
async function ownNumber(page: Page, nth = 0): Promise<string> {
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  return items[0].profiles[nth].phone_number_id;
}

const templateName = (prefix: string) => unique(prefix).replaceAll(" ", "_").toLowerCase();

type Part = {
  type: string;
  text?: string;
  buttons?: { type: string; text: string; url?: string }[];
};

/** Makes the provider have a template; it tells nobody of its text. */
async function provide(page: Page, name: string, status: string, components: Part[], nth = 0) {
  const answer = await page.request.put(
    `${SANDBOX}/_sandbox/cloud/${await ownNumber(page, nth)}/templates`,
    { data: [{ name, language: "en_US", category: "UTILITY", status, components }] },
  );
  expect(answer.ok(), await answer.text()).toBe(true);
}

const READY: Part[] = [
  { type: "BODY", text: "Hello {{1}}, order {{2}} is ready." },
  { type: "FOOTER", text: "Reply STOP to hear no more of us" },
  {
    type: "BUTTONS",
    buttons: [{ type: "URL", text: "Track it", url: "https://example.com/o/{{1}}" }],
  },
];

async function sentTo(page: Page, phone: string) {
  const answer = await page.request.get(
    `${SANDBOX}/_sandbox/sends?to=${encodeURIComponent(phone)}&limit=5`,
  );
  return answer.json();
}

/** Asks the providers on the screen of templates, until this one is there. */
async function sync(page: Page, name: string): Promise<void> {
  await page.goto(`/templates?q=${name}`);
  await page.getByRole("button", { name: "Ask the provider now" }).first().click();
  await expect(page.getByRole("row", { name })).toBeVisible({ timeout: 15_000 });
}

test("a template is asked for, looked at, sent with a campaign, and arrives", async ({
  operator: page,
}) => {
  test.setTimeout(180_000);
  await acceptTerms(page);
  const name = templateName("ready");
  const campaign = unique("Pickup");
  const tag = unique("tag").replaceAll(" ", "-");
  const [phone] = phones(1) as [string];
  const contact = await page.request.post("/api/v1/contacts", {
    headers: commandHeaders(),
    data: { name: "Sari", phone, consent: true, tags: [tag] },
  });
  expect(contact.ok(), await contact.text()).toBe(true);
  await reached(page, "/contacts", contact);

  await page.goto(`/templates?q=${name}`);
  await expect(page.getByText("No template matches")).toBeVisible();
  await provide(page, name, "APPROVED", READY);
  await sync(page, name);
  await expect(page.getByRole("region", { name: "Ask the provider now" })).toContainText(
    /asked|ask/,
  );
  expect(await violationsEverywhere(page)).toEqual([]);

  // Its filters are the address; nothing is lost by a reload.
  const row = page.getByRole("row", { name });
  await page.getByRole("combobox", { name: "Status" }).selectOption({ label: "Approved" });
  await expect(page).toHaveURL(/status=approved/);
  await page.reload();
  await row.click();
  const drawer = page.getByRole("dialog", { name });
  await expect(drawer.getByRole("region", { name: "Preview" }).first()).toContainText(
    "Hello {{1}}, order {{2}} is ready.",
  );
  await expect(drawer.getByText("Track it")).toBeVisible();
  expect(await violationsEverywhere(page)).toEqual([]);

  await drawer.getByRole("link", { name: "Use in a campaign" }).click();
  await page.getByLabel("Campaign name").fill(campaign);
  await page.getByRole("radio", { name: /By tags/ }).check();
  await page.getByRole("button", { name: new RegExp(`^${tag} `) }).click();
  await page.getByRole("button", { name: "Continue" }).click();

  const next = page.getByRole("button", { name: /^Continue/ });
  await expect(next).toHaveAttribute("data-reason", "Fill every place of the template.");
  const preview = page.getByRole("complementary").getByRole("region", { name: "Preview" });
  await page.getByLabel("Insert a value into {{1}}").selectOption("name");
  await page.getByLabel("{{2}}", { exact: true }).fill("4711");
  await expect(preview.locator("mark", { hasText: "4711" })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  expect(await violationsEverywhere(page)).toEqual([]);
  await page.getByLabel("End of the address behind “Track it”", { exact: true }).fill("4711");
  await expect(preview).toContainText("Hello Sari, order 4711 is ready.");

  // What fills it stands in the address, too.
  await expect(page).toHaveURL(/4711/);
  await page.reload();
  await expect(preview).toContainText("Hello Sari, order 4711 is ready.");
  await next.click();
  await page.getByRole("radio").first().check();
  // Only the account of the first number has it.
  await expect(page.getByText(/^1 of \d+ numbers has it$/)).toBeVisible();
  await expect(page.getByText("Without the template").first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await next.click();
  await expect(page.getByRole("status").filter({ hasText: "are left out" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Reply STOP to hear no more of us");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: /^Start for 1 / }).click();
  await page.getByRole("button", { name: "Start now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Completed", {
    timeout: 60_000,
  });
  await expect(page.getByRole("link", { name: `${name} (en_US)` })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(await sentTo(page, phone)).toHaveLength(1);
});

test("a template whose text changed, or that is not taken any more, says so", async ({
  operator: page,
}) => {
  const name = templateName("changed");
  await provide(page, name, "APPROVED", READY);
  await sync(page, name);
  await provide(page, name, "PAUSED", [{ type: "BODY", text: "Dear {{1}}, it is ready." }]);
  await page.getByRole("button", { name: "Ask the provider now" }).first().click();
  const row = page.getByRole("row", { name });
  await expect(row).toContainText("Paused", { timeout: 20_000 });
  await expect(row).toContainText("Text changed", { timeout: 20_000 });
  await row.click();
  const drawer = page.getByRole("dialog", { name });
  await expect(drawer.getByText(/Text changed at the provider since/)).toBeVisible();
  await expect(drawer.getByRole("link", { name: "Use in a campaign" })).toHaveCount(0);
  expect(await violationsEverywhere(page)).toEqual([]);
});

test("a template that business accounts have with different places is filled as one of them", async ({
  operator: page,
}) => {
  test.setTimeout(150_000);
  const name = templateName("differs");
  const rows = page.getByRole("row", { name });
  await provide(page, name, "APPROVED", [{ type: "BODY", text: "Hello {{1}}, it is ready." }]);
  await provide(page, name, "APPROVED", READY, 1);
  await page.goto(`/templates?q=${name}`);
  await page.getByRole("button", { name: "Ask the provider now" }).first().click();
  await expect(rows).toHaveCount(2, { timeout: 15_000 });
  await rows.first().click();
  await page.getByRole("link", { name: "Use in a campaign" }).click();
  await page.getByLabel("Campaign name").fill(unique("Differs"));
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByText(/^2 business accounts have this template/)).toBeVisible();
  const variant = page.getByRole("combobox", { name: "Fill it as" });
  await variant.selectOption({ label: "{{1}} · 1 number" });
  await page.getByLabel("{{1}}", { exact: true }).fill("Sari");
  await expect(page.getByLabel("{{2}}", { exact: true })).toHaveCount(0);
  const preview = page.getByRole("complementary").getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("Hello Sari, it is ready.");
  await expect(page.getByRole("button", { name: "Continue" })).toBeEnabled();

  // What was filled stays where the other one has a place for it.
  await variant.selectOption({ label: "{{1}} {{2}}, 1 address of a button · 1 number" });
  await expect(page.getByLabel("{{1}}", { exact: true })).toHaveValue("Sari");
  await expect(preview).toContainText("Hello Sari, order {{2}} is ready.");
  await expect(page.getByRole("button", { name: /^Continue/ })).toHaveAttribute(
    "data-reason",
    "Fill every place of the template.",
  );
  expect(await violationsEverywhere(page)).toEqual([]);
});

test("where the reply window is closed, a template opens the conversation", async ({
  operator: page,
}) => {
  test.setTimeout(150_000);
  const name = templateName("again");
  const elsewhere = templateName("elsewhere");
  const person = unique("Rani");
  const [from] = phones(1) as [string];
  await provide(page, name, "APPROVED", READY);
  await provide(page, elsewhere, "APPROVED", READY, 1);
  await sync(page, name);
  await sync(page, elsewhere);
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  // Somebody wrote the day before yesterday.
  const timestamp = String(Math.floor(Date.now() / 1000) - 2 * 86_400);
  const wrote = await page.request.post(`${SANDBOX}/_sandbox/inbound`, {
    data: {
      profile: await ownNumber(page),
      from,
      name: person,
      text: "Is it ready?",
      extra: { timestamp },
    },
  });
  expect(wrote.ok(), await wrote.text()).toBe(true);
  await page.getByRole("searchbox", { name: "Name or phone" }).fill(person);
  await page
    .getByRole("list", { name: "Chats" })
    .getByRole("button", { name: new RegExp(person) })
    .click();
  await expect(page.getByText("The 24-hour reply window is closed")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Write a reply" })).toHaveCount(0);
  expect(await violationsEverywhere(page)).toEqual([]);

  await page.getByRole("button", { name: "Send a template" }).click();
  const picker = page.getByRole("dialog", { name: "Choose a template" });
  // A template of another number's account cannot be sent from this one.
  await picker.getByRole("searchbox").fill(elsewhere);
  await expect(picker.getByText("No template matches")).toBeVisible();
  await picker.getByRole("searchbox").fill(name);
  const choice = picker.getByRole("list", { name: "Templates" }).getByRole("button");
  await expect(choice).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  await choice.click();
  const dialog = page.getByRole("dialog", { name: `Template to ${person}` });
  await dialog.getByLabel("Insert a value into {{1}}").selectOption({ label: person });
  await dialog.getByLabel("{{2}}", { exact: true }).fill("4711");
  await expect(dialog.getByRole("button", { name: /^Send/ })).toHaveAttribute(
    "data-reason",
    "Fill every place of the template.",
  );
  await dialog.getByLabel("End of the address behind “Track it”", { exact: true }).fill("4711");
  await expect(dialog.getByRole("region", { name: "Preview" }).first()).toContainText(
    `Hello ${person}, order 4711 is ready.`,
  );
  expect(await violationsEverywhere(page)).toEqual([]);
  await dialog.getByRole("button", { name: /^Send/ }).click();
  const bubble = page
    .getByRole("log", { name: "Messages" })
    .locator("[data-message]")
    .filter({ hasText: `Hello ${person}, order 4711 is ready.` });
  await expect(bubble).toHaveCount(1);
  await expect(bubble.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });
  expect(await sentTo(page, from)).toHaveLength(1);
});

test("contact cards, buttons and a list are made, checked and sent", async ({
  operator: page,
  complaints,
}) => {
  test.setTimeout(150_000);
  complaints.allow(/status of 422/);
  const [from] = phones(1) as [string];
  const person = unique("Dewi");
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await page.request.post(`${SANDBOX}/_sandbox/inbound`, {
    data: { profile: await ownNumber(page), from, name: person, text: "Who can help me?" },
  });
  await page
    .getByRole("list", { name: "Chats" })
    .getByRole("button", { name: new RegExp(person) })
    .click();
  const thread = page.getByRole("log", { name: "Messages" });
  const strip = page.getByRole("list", { name: "Attachment" });
  const attach = async (what: string) => {
    await page.getByRole("button", { name: "Attach something" }).click();
    await page.getByRole("menuitem", { name: what }).click();
  };

  // A number that is none is refused by the server, and mended at its field.
  await attach("Contact cards");
  const cards = page.getByRole("dialog", { name: "Attach contact cards" });
  await cards.getByLabel("Name", { exact: true }).fill("Main office");
  await cards.getByRole("button", { name: "Attach", exact: true }).click();
  await expect(cards.getByText("Give a phone number or an email.")).toBeVisible();
  expect(await violationsEverywhere(page)).toEqual([]);
  await cards.getByLabel("Phone").fill("+999 999 999");
  await cards.getByRole("button", { name: "Attach", exact: true }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("button", { name: "Change it" }).click();
  await expect(strip).toContainText("is no telephone number");
  await strip.getByRole("button", { name: "Change Main office" }).click();
  await expect(cards.getByText("is no telephone number")).toBeVisible();
  await cards.getByLabel("Phone").fill("+62 812 3456 7890");
  await cards.getByRole("button", { name: "Keep the changes" }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const card = thread.locator("[data-message]").filter({ hasText: "+6281234567890" });
  await expect(card.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });

  await attach("Buttons");
  const buttons = page.getByRole("dialog", { name: "Attach buttons" });
  await buttons.getByLabel("Button 1", { exact: true }).fill("Yes");
  await buttons.getByRole("button", { name: "Add a button" }).click();
  await buttons.getByLabel("Button 2", { exact: true }).fill("Yes");
  await buttons.getByRole("button", { name: "Attach", exact: true }).click();
  await expect(buttons.getByText("Another one says the same.")).toBeVisible();
  expect(await violationsEverywhere(page)).toEqual([]);
  await buttons.getByLabel("Button 2", { exact: true }).fill("No");
  await buttons.getByRole("button", { name: "Attach", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Send/ })).toHaveAttribute(
    "data-reason",
    "Write the text that goes with it.",
  );
  const composer = page.getByRole("textbox", { name: "Write a reply" });
  await composer.fill("Shall we call you?");
  await composer.press("Enter");
  const asked = thread.locator("[data-message]").filter({ hasText: "Shall we call you?" });
  await expect(asked.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });

  await attach("A list");
  const list = page.getByRole("dialog", { name: "Attach a list" });
  await list.getByLabel("Label that opens the list").fill("Our drinks");
  await list.getByLabel("Choice 1", { exact: true }).fill("Kopi tubruk");
  await list.getByRole("button", { name: "Add a choice" }).click();
  await list.getByLabel("Choice 2", { exact: true }).fill("Teh manis");
  expect(await violationsEverywhere(page)).toEqual([]);
  await list.getByRole("button", { name: "Attach", exact: true }).click();
  await composer.fill("What may we bring?");
  await composer.press("Enter");
  const menu = thread.locator("[data-message]").filter({ hasText: "What may we bring?" });
  await expect(menu).toContainText("Teh manis");
  await expect(menu.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });
  expect(await violationsEverywhere(page)).toEqual([]);
  expect(await sentTo(page, from)).toHaveLength(3);
});
