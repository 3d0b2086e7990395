import { violationsEverywhere } from "./axe";
import {
  acceptTerms,
  commandHeaders,
  disturb,
  expect,
  type Page,
  phones,
  reached,
  test,
  unique,
} from "./operator";

/** Sends to so many people at once, while the provider answers with an error although it took them. */
async function sendInDoubt(page: Page, name: string, people: number): Promise<string> {
  await acceptTerms(page);
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  const pack = items.find((one: { name: string }) => one.name === "Sandbox");
  await disturb(page, { error_after: 1, receipts: { lost: 1 } });
  const answer = await page.request.post(`/api/v1/packages/${pack.id}/messages/open`, {
    headers: commandHeaders(),
    data: {
      type: "text",
      text: "The ferry is late today.",
      name,
      recipients: phones(people),
      options: { waiting_strategy: "immediate" },
      consent: { source: "order form" },
    },
  });
  expect(answer.ok()).toBe(true);
  await reached(page, "/campaigns", answer);
  const { message_id: campaign } = await answer.json();
  const path = `/api/v1/messages?status=uncertain&campaign_id=${campaign}`;
  await expect
    .poll(async () => (await (await page.request.get(path)).json()).items.length, {
      timeout: 60_000,
    })
    .toBe(people);
  return campaign;
}

test("uncertain messages are decided one by one and together, on evidence", async ({
  operator: page,
}) => {
  test.setTimeout(240_000);
  const name = unique("Ferry");
  try {
    const campaign = await sendInDoubt(page, name, 4);

    await page.goto("/");
    const need = page.getByRole("link", { name: /uncertain messages/ });
    await expect(need).toHaveAttribute("href", "/uncertain");
    await need.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Uncertain messages");
    await expect(page.getByText(/^At the deadline:/)).toBeVisible();
    await expect(page.getByRole("link", { name: "Change this" })).toHaveAttribute(
      "href",
      "/settings/organisation",
    );

    // Narrowed to the campaign, which stays in the address.
    await page.getByRole("combobox", { name: "Campaign" }).selectOption({ label: name });
    await expect(page).toHaveURL(new RegExp(`campaign=${campaign}`));
    await page.reload();
    const decide = page.getByRole("group", { name: /^Settle: / });
    await expect(decide).toHaveCount(4);
    await expect(page.getByText(/^waits for a receipt, \d+:\d\d left$/)).toHaveCount(4);

    // The evidence stands in place, and in the address.
    await page
      .getByRole("button", { name: /^Evidence: / })
      .first()
      .click();
    await expect(page).toHaveURL(/open=/);
    await expect(page.getByText("What the call said")).toBeVisible();
    const chapters = page.getByRole("list", { name: "Biography" }).getByRole("listitem");
    await expect(chapters.first()).toContainText("Command");
    await expect(chapters.filter({ hasText: "Choice of the number" })).toContainText(/by .*free/);
    await expect(chapters.last()).toContainText("Doubt");
    expect(await violationsEverywhere(page)).toEqual([]);

    await decide.first().getByRole("button", { name: "It was sent", exact: true }).click();
    await expect(decide).toHaveCount(3);

    // Several together, only after it was confirmed what that means.
    const marks = page.getByRole("checkbox", { name: /^Mark \+/ });
    await marks.nth(0).check();
    await marks.nth(1).check();
    const marked = page.getByRole("group", { name: "2 marked" });
    await marked.getByRole("button", { name: "It was not sent" }).click();
    const confirm = page.getByRole("dialog", { name: "Count 2 messages as not sent?" });
    await expect(confirm).toContainText("their points return to the wallet");
    expect(await violationsEverywhere(page)).toEqual([]);
    await confirm.getByRole("button", { name: "Count 2 as not sent" }).click();
    await expect(decide).toHaveCount(1);

    // Sent again with a provider that answers: nothing is uncertain here any more.
    await disturb(page, {});
    await decide.first().getByRole("button", { name: "Send again" }).click();
    await expect(page.getByText("No uncertain message matches")).toBeVisible();
    const totals = async () =>
      (await (await page.request.get(`/api/v1/campaigns/${campaign}`)).json()).totals;
    await expect.poll(totals).toMatchObject({ enrolled: 4, failed: 2, uncertain: 0 });
  } finally {
    await disturb(page, {});
  }
});
