import { expect, test } from "./operator";

test("each number shows its gauges, and can be switched off and on", async ({ operator: page }) => {
  await page.goto("/numbers");
  const meters = page.getByRole("meter");
  await expect(meters.first()).toBeVisible();
  expect((await meters.count()) % 2).toBe(0);
  await expect(meters.first()).toHaveAttribute("aria-valuetext", /^\d+(\/\d+|, no limit)$/);

  const off = page.getByRole("button", { name: /^Deactivate / }).first();
  const name = ((await off.getAttribute("aria-label")) ?? "").replace("Deactivate ", "");
  await off.click();
  const on = page.getByRole("button", { name: `Activate ${name}`, exact: true });
  await expect(on).toBeVisible();
  await expect(page.getByText("Done.")).toBeVisible();
  await on.click();
  await expect(page.getByRole("button", { name: `Deactivate ${name}`, exact: true })).toBeVisible();
});
