import type { Page } from "@playwright/test";
import { violationsEverywhere } from "./axe";
import {
  acceptTerms,
  commandHeaders,
  expect,
  phones,
  reached,
  SANDBOX,
  test,
  unique,
} from "./operator";

/** A number of the signed-in business, as the provider knows it. */
async function ownNumber(page: Page): Promise<string> {
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  const found = items
    .flatMap((pack: { profiles: { provider: string; phone_number_id: string }[] }) => pack.profiles)
    .find((profile: { provider: string }) => profile.provider === "sandbox");
  expect(found, "a sandbox number of this business").toBeTruthy();
  return found.phone_number_id;
}

/** What somebody does on WhatsApp. */
async function happens(page: Page, what: Record<string, unknown>): Promise<void> {
  const sent = await page.request.post(`${SANDBOX}/_sandbox/inbound`, { data: what });
  expect(sent.ok(), await sent.text()).toBe(true);
}

const rowOf = (page: Page, text: string) =>
  page.getByRole("list", { name: "Chats" }).getByRole("button").filter({ hasText: text });

const bubbleOf = (page: Page, text: string) =>
  page.getByRole("log", { name: "Messages" }).locator("[data-message]").filter({ hasText: text });

test("a customer writes, the chat opens by itself, and a reply is delivered once", async ({
  operator: page,
}) => {
  const [from] = phones(1) as [string];
  const question = unique("Is the blue one in stock?");
  const answer = unique("Yes, until Sunday.");
  const number = await ownNumber(page);
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();

  await happens(page, { profile: number, from, text: question, name: "Rani" });
  const row = rowOf(page, question);
  await expect(row).toBeVisible({ timeout: 20_000 });
  await row.click();

  const thread = page.getByRole("log", { name: "Messages" });
  await expect(thread.getByText(question)).toBeVisible();
  await page.keyboard.press("r");
  const composer = page.getByRole("textbox", { name: "Write a reply" });
  await expect(composer).toBeFocused();
  await composer.fill(answer);
  await composer.press("Enter");
  const bubble = bubbleOf(page, answer);
  await expect(bubble).toHaveCount(1);
  await expect(bubble.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });
  await expect(bubble).toHaveCount(1);
  await expect(composer).toHaveValue("");

  // The list is walked by keyboard, and the place stays in the URL.
  await composer.press("Escape");
  const url = page.url();
  expect(url).toContain("chat=");
  await page.reload();
  await expect(thread.getByText(answer)).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Contact" })).toContainText(from);
});

test("what is written on the phone stands in the thread as that", async ({ operator: page }) => {
  // The open thread is looked at in both themes and widths.
  test.setTimeout(120_000);
  const [from] = phones(1) as [string];
  const question = unique("Are you there?");
  const echo = unique("At the counter, yes.");
  const profile = await ownNumber(page);
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await happens(page, { profile, from, text: question, name: "Rani" });
  const row = rowOf(page, question);
  await expect(row).toBeVisible({ timeout: 20_000 });
  await row.click();
  await expect(bubbleOf(page, question)).toBeVisible();

  await happens(page, { profile, from, text: echo, from_phone: true });
  const bubble = bubbleOf(page, echo);
  await expect(bubble).toBeVisible({ timeout: 20_000 });
  await expect(bubble).toContainText("Written on the phone");
  await expect(bubble.getByText(/^(Queued|Sending|Sent|Delivered|Read)$/)).toHaveCount(0);
  await expect(rowOf(page, echo)).toBeVisible();
  expect(await violationsEverywhere(page)).toEqual([]);
});

test("what a campaign sends to somebody shows in their open chat", async ({ operator: page }) => {
  await acceptTerms(page);
  const [from] = phones(1) as [string];
  const question = unique("When is the sale?");
  const offer = unique("From Friday on.");
  const tag = unique("tag").replaceAll(" ", "-");
  const contact = await page.request.post("/api/v1/contacts", {
    headers: commandHeaders(),
    data: { name: "Rani", phone: from, consent: true, tags: [tag] },
  });
  expect(contact.ok(), await contact.text()).toBe(true);
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await happens(page, { profile: await ownNumber(page), from, text: question, name: "Rani" });
  await rowOf(page, question).click({ timeout: 20_000 });
  await expect(bubbleOf(page, question)).toBeVisible();

  const { items } = await (await page.request.get("/api/v1/packages")).json();
  const made = await page.request.post("/api/v1/campaigns", {
    headers: commandHeaders(),
    data: {
      name: unique("Sale"),
      audience: { tags: [tag] },
      template_text: offer,
      package_id: items[0].id,
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  await reached(page, "/contacts", contact);
  const started = await page.request.post(`/api/v1/campaigns/${(await made.json()).id}/start`, {
    headers: commandHeaders(),
  });
  expect(started.ok(), await started.text()).toBe(true);
  await expect(bubbleOf(page, offer)).toBeVisible({ timeout: 30_000 });
});

test("a group is one chat, in which each message has its author", async ({ operator: page }) => {
  test.setTimeout(120_000);
  const [from] = phones(1) as [string];
  const question = unique("Who brings the boxes?");
  const answer = unique("I do, from nine on.");
  const profile = await ownNumber(page);
  const group_id = `120363${from.slice(1)}`;
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await happens(page, { profile, group_id, from, text: question, name: "Dewi" });
  await happens(page, { profile, group_id, user_id: "ID.1349", text: answer, name: "Agus" });
  const row = rowOf(page, answer);
  await expect(row).toContainText("Group without a name", { timeout: 20_000 });
  await row.click();

  await expect(bubbleOf(page, question)).toContainText("Dewi");
  await expect(bubbleOf(page, question)).toContainText(from);
  await expect(bubbleOf(page, answer)).toContainText("Agus");
  await expect(page.getByText("Everybody in the group reads it.")).toBeVisible();
  await expect(page.getByText(/reply window/i)).toHaveCount(0);
  const details = page.getByRole("complementary", { name: "Contact" });
  await expect(details).toContainText("A group has no contact card");
  await expect(details.getByRole("link")).toHaveCount(0);
  expect(await violationsEverywhere(page)).toEqual([]);
});
