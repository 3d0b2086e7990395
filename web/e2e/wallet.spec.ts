import { expect, test } from "./operator";

test("the wallet is proven from the log, and explains itself", async ({ operator: page }) => {
  await page.goto("/wallet");
  await expect(page.locator("[data-proof=true]")).toContainText("agree");
  const balance = page.getByTestId("balance");
  const before = Number((await balance.innerText()).replaceAll(",", ""));

  await page.getByRole("button", { name: "Top up" }).click();
  await page.getByRole("spinbutton", { name: "Points" }).fill("250");
  await page.getByRole("button", { name: "Add 250 points" }).click();
  await expect(page.getByText("Done.")).toBeVisible();
  await expect
    .poll(async () => Number((await balance.innerText()).replaceAll(",", "")))
    .toBe(before + 250);
  await expect(page.getByRole("table", { name: "Ledger" }).getByText("+250").first()).toBeVisible();

  await page.getByRole("button", { name: "Check again" }).click();
  await expect(page.locator("[data-proof=true]")).toBeVisible();
  await page.getByRole("button", { name: "Explain this balance" }).click();
  await expect(page.getByRole("row", { name: /is available now/ })).toContainText(
    (before + 250).toLocaleString("en-GB"),
  );
});

test("a figure that cannot be read is an error with its trace id, never a zero", async ({
  operator: page,
  complaints,
}) => {
  complaints.allow(/status of 500/);
  await page.route("**/api/v1/wallet", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        title: "Internal error",
        detail: "the read model is away",
        trace_id: "4bf92f3577b34da6",
      }),
    }),
  );
  await page.goto("/wallet");
  const alert = page.getByRole("alert").filter({ hasText: "Wallet could not be loaded" });
  await expect(alert).toContainText("4bf92f3577b34da6");
  await expect(page.getByTestId("balance")).toBeHidden();
  await page.unroute("**/api/v1/wallet");
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByTestId("balance")).toBeVisible();
});
