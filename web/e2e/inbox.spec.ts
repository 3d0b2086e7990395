import type { Page } from "@playwright/test";
import { expect, phones, SANDBOX, test, unique } from "./operator";

/** A number of the signed-in business, as the provider knows it. */
async function ownNumber(page: Page): Promise<string> {
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  const found = items
    .flatMap((pack: { profiles: { provider: string; phone_number_id: string }[] }) => pack.profiles)
    .find((profile: { provider: string }) => profile.provider === "sandbox");
  expect(found, "a sandbox number of this business").toBeTruthy();
  return found.phone_number_id;
}

test("a customer writes, the chat opens by itself, and a reply is delivered once", async ({
  operator: page,
}) => {
  const [from] = phones(1) as [string];
  const question = unique("Is the blue one in stock?");
  const answer = unique("Yes, until Sunday.");
  const number = await ownNumber(page);
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();

  const sent = await page.request.post(`${SANDBOX}/_sandbox/inbound`, {
    data: { profile: number, from, text: question, name: "Rani" },
  });
  expect(sent.ok()).toBe(true);
  const row = page
    .getByRole("list", { name: "Chats" })
    .getByRole("button", { name: new RegExp(question.replace("?", "\\?")) });
  await expect(row).toBeVisible({ timeout: 20_000 });
  await row.click();

  const thread = page.getByRole("log", { name: "Messages" });
  await expect(thread.getByText(question)).toBeVisible();
  await page.keyboard.press("r");
  const composer = page.getByRole("textbox", { name: "Write a reply" });
  await expect(composer).toBeFocused();
  await composer.fill(answer);
  await composer.press("Enter");
  const bubble = thread.locator("[data-message]").filter({ hasText: answer });
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
