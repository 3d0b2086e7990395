import { violationsEverywhere } from "./axe";
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

type Pack = { id: string; name: string };

/** A package of its own, so that no other test sees its settings. */
async function packageOf(page: Page, name: string): Promise<Pack> {
  const made = await page.request.post("/api/v1/packages", {
    headers: commandHeaders(),
    data: { name },
  });
  expect(made.ok()).toBe(true);
  await reached(page, "/packages", made);
  return made.json();
}

const discard = (page: Page, { id }: Pack) =>
  page.request.delete(`/api/v1/packages/${id}`, { headers: commandHeaders() });

test("each number shows its gauges, and can be switched off and on", async ({ operator: page }) => {
  await page.goto("/numbers");
  const meters = page.getByRole("meter", { name: /^(This hour|Today)$/ });
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

test("a package says how it sends, and is changed in one form", async ({ operator: page }) => {
  const pack = await packageOf(page, unique("Settings"));
  try {
    await page.goto(`/numbers?settings=${pack.id}`);
    const form = page.getByRole("dialog", { name: `Settings of ${pack.name}` });
    await form.getByRole("radio", { name: /^By priority/ }).check();
    await form.getByRole("radio", { name: /^Drip/ }).check();
    const save = form.getByRole("button", { name: /^Save/ });
    await expect(save).toHaveAttribute("data-reason", /how many minutes/);
    await form.getByLabel("Minutes between two recipients").fill("5");
    await form.getByRole("button", { name: "Only at these times" }).click();
    await form.getByRole("button", { name: "Evenings" }).click();
    const window = form.getByRole("group", { name: "Window 1" });
    await window.getByRole("button", { name: "Sunday" }).click();
    await form.getByLabel("Messages per hour").fill("50");
    await form.getByLabel("Left for replies, percent").fill("20");
    expect(await violationsEverywhere(page)).toEqual([]);
    await save.click();

    const panel = page.getByRole("region", { name: pack.name });
    await expect(panel.getByText("By priority", { exact: true })).toBeVisible();
    await expect(panel.getByText("Drip, every 5 minutes")).toBeVisible();
    await expect(panel.getByText(/^Mo–Sa 17:00–21:00/)).toBeVisible();
    await expect(panel.getByText(/^50 per hour.*20% left for replies/)).toBeVisible();
    await panel.getByRole("button", { name: /^Next number/ }).click();
    await expect(page.getByText(/^The smallest priority that is free sends/)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByText(/^The smallest priority that is free sends/)).toHaveCount(0);

    // The form holds what was saved.
    await panel.getByRole("button", { name: "Settings" }).click();
    await expect(form.getByLabel("Minutes between two recipients")).toHaveValue("5");
    await expect(form.getByRole("radio", { name: /^By priority/ })).toBeChecked();
    await expect(window.getByRole("button", { name: "Sunday" })).toHaveAttribute(
      "aria-pressed",
      "false",
    );
  } finally {
    await discard(page, pack);
  }
});

test("what the server refuses stands at its field, and a number at the sandbox needs nothing", async ({
  operator: page,
  complaints,
}) => {
  complaints.allow(/status of 422/);
  const pack = await packageOf(page, unique("Shop"));
  try {
    await page.goto(`/numbers?add=${pack.id}`);
    const dialog = page.getByRole("dialog", { name: "Add a number" });
    await dialog.getByRole("button", { name: /^Green API/ }).click();
    await dialog.getByLabel("Use the sandbox").check();
    await dialog.getByLabel("Instance id").fill("not digits");
    await dialog.getByRole("button", { name: "Add and link" }).click();
    await expect(dialog.getByText(/digits only/)).toBeVisible();
    await expect(dialog.getByLabel("Instance id")).toHaveAttribute("aria-invalid", "true");
    expect(await violationsEverywhere(page)).toEqual([]);

    // Each setting says what it does, and what holds without it.
    await dialog.getByRole("button", { name: "Other provider" }).click();
    await dialog.getByRole("button", { name: /^Zentra/ }).click();
    await dialog.getByText("More", { exact: true }).click();
    await expect(dialog.getByLabel("Where success is told")).toHaveAttribute(
      "placeholder",
      "/success",
    );
    await expect(dialog.getByText("JSON pointers into the answer, tried in turn")).toBeVisible();
    expect(await violationsEverywhere(page)).toEqual([]);

    await dialog.getByRole("button", { name: "Other provider" }).click();
    await dialog.getByRole("button", { name: /^WhatsApp Cloud API/ }).click();
    await dialog.getByLabel("Use the sandbox").check();
    const name = await dialog.getByLabel("Name", { exact: true }).inputValue();
    await dialog.getByRole("button", { name: "Add number" }).click();
    const panel = page.getByRole("region", { name: pack.name });
    await expect(panel.getByRole("button", { name, exact: true })).toBeVisible();

    // Its score has a word, and says why.
    await panel.getByRole("button", { name: /^Health 100, good/ }).click();
    await expect(page.getByText("Nothing is wrong: no points were taken off.")).toBeVisible();
    expect(await violationsEverywhere(page)).toEqual([]);
    await page.keyboard.press("Escape");

    // Its own limit shows in the gauge.
    await panel.getByRole("button", { name, exact: true }).click();
    const drawer = page.getByRole("dialog", { name });
    await drawer.getByRole("button", { name: "Change" }).click();
    await drawer.getByText("More", { exact: true }).click();
    await expect(drawer.getByLabel("Business account id")).toBeVisible();
    expect(await violationsEverywhere(page)).toEqual([]);
    await drawer.getByLabel(/^Messages per hour/).fill("7");
    await drawer.getByRole("button", { name: /^Save/ }).first().click();
    await page.keyboard.press("Escape");
    await expect(panel.getByRole("meter", { name: "This hour" })).toHaveAttribute(
      "aria-valuetext",
      "0/7",
    );
    await panel.getByRole("button", { name: `Remove ${name}` }).click();
    await page
      .getByRole("dialog", { name: `Remove ${name}?` })
      .getByRole("button", { name: "Remove" })
      .click();
    await expect(panel.getByText("No number in this package yet.")).toBeVisible();
  } finally {
    await discard(page, pack);
  }
});

test("a number shows how it is connected, and what all numbers of its account used", async ({
  operator: page,
}) => {
  const pack = await packageOf(page, unique("Shared"));
  const account = unique("waba").replaceAll(" ", "-");
  const [phone] = phones(1) as [string];
  const number = phone.slice(1);
  const world = `${SANDBOX}/_sandbox/cloud/${number}`;
  try {
    await page.request.put(`${world}/business_account`, { data: { id: account } });
    await page.request.put(`${world}/quality`, {
      data: { rating: "GREEN", messaging_limit: "TIER_250" },
    });
    const added = await page.request.post(`/api/v1/packages/${pack.id}/profiles`, {
      headers: commandHeaders(),
      data: {
        provider: "cloud_api",
        sandbox: true,
        name: "Counter",
        phone,
        phone_number_id: number,
        access_token: "token",
        app_secret: "secret",
        verify_token: "verify",
        settings: { business_account_id: account },
      },
    });
    expect(added.ok(), await added.text()).toBe(true);
    await reached(page, "/packages", added);
    const { id } = await added.json();

    await page.goto(`/numbers?open=${id}`);
    const drawer = page.getByRole("dialog", { name: "Counter" });
    await expect(drawer.getByRole("meter", { name: /^People in/ })).toHaveAttribute(
      "aria-valuetext",
      "0/250",
      { timeout: 15_000 },
    );
    await expect(drawer.getByText("0 of 250 people in 24 hours")).toBeVisible();
    const connection = drawer.getByRole("region", { name: "Connection" });
    await expect(connection).toContainText("/v23.0");
    await expect(connection).toContainText(account);
    expect(await violationsEverywhere(page)).toEqual([]);

    // The form begins with what is there, and what it changes is shown again.
    await drawer.getByRole("button", { name: "Change" }).click();
    await drawer.getByText("More", { exact: true }).click();
    const setting = drawer.getByLabel("Business account id");
    await expect(setting).toHaveValue(account);
    await expect(drawer.getByLabel("Address of the API")).toHaveValue(/v23\.0$/);
    await drawer.getByRole("button", { name: "Go back to the usual settings" }).click();
    await expect(setting).toHaveValue("");
    expect(await violationsEverywhere(page)).toEqual([]);
    await drawer.getByRole("button", { name: /^Save/ }).last().click();
    await expect(page.getByText("Done.")).toBeVisible();
    await drawer.getByRole("button", { name: "Overview" }).click();
    await expect(connection).toContainText("The usual ones");
  } finally {
    await discard(page, pack);
  }
});

test("the preview shares a hundred messages out, and the deliveries are filtered in the address", async ({
  operator: page,
}) => {
  await page.goto("/numbers");
  const panel = page.getByRole("region", { name: "Sandbox", exact: true });
  await panel.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("dialog", { name: "How would Sandbox send?" });
  await expect(preview.getByText(/^\d+ messages? right now$/)).toBeVisible();
  await expect(preview.getByRole("heading", { name: "Share of each number" })).toBeVisible();
  await page.keyboard.press("Escape");

  await panel.getByRole("link", { name: "Deliveries" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Deliveries of Sandbox");
  const rows = page.getByRole("table", { name: "Deliveries" }).getByRole("row");
  await expect(rows.nth(1)).toBeVisible();
  await page.getByRole("combobox", { name: "State" }).selectOption("cancelled");
  await expect(page).toHaveURL(/status=cancelled/);
  await page.reload();
  await expect(page.getByRole("combobox", { name: "State" })).toHaveValue("cancelled");
  await page.getByRole("button", { name: "Clear filters" }).first().click();

  // By failure and by day, also in the file.
  const today = new Date().toLocaleDateString("sv");
  const failure = page.getByRole("combobox", { name: "Failure" });
  await failure.selectOption({ label: "The credentials do not hold" });
  await page.getByLabel("From", { exact: true }).fill(today);
  await expect(page).toHaveURL(new RegExp(`failure=auth&from=${today}`));
  await page.reload();
  await expect(failure).toHaveValue("auth");
  await expect(page.getByRole("link", { name: "Export CSV" })).toHaveAttribute(
    "href",
    /messages\/export\?error_class=auth&from=\d{4}-/,
  );
  expect(await violationsEverywhere(page)).toEqual([]);
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await page.getByLabel("To", { exact: true }).fill("2026-01-01");
  await expect(page.getByText("No message matches")).toBeVisible();
  await page.getByLabel("To", { exact: true }).fill(today);
  await rows.nth(1).press("Enter");
  await expect(
    page.getByRole("dialog").getByRole("list", { name: "Biography" }).getByRole("listitem").first(),
  ).toBeVisible();
});

test("numbers are checked before anybody writes to them", async ({ operator: page }) => {
  await page.goto("/contacts");
  await page.getByRole("button", { name: "Check numbers" }).click();
  const dialog = page.getByRole("dialog", { name: "Check numbers" });
  await dialog.getByLabel("Numbers", { exact: true }).fill("0812 3456 7890\nhello");
  await dialog.getByLabel("Country for local numbers").selectOption("ID");
  await dialog.getByRole("button", { name: "Check 2 numbers" }).click();
  const table = dialog.getByRole("table", { name: "Results" });
  await expect(table.getByRole("row", { name: /0812 3456 7890/ })).toContainText("+6281234567890");
  await expect(table.getByRole("row", { name: /hello/ })).toContainText("Not valid");
  expect(await violationsEverywhere(page)).toEqual([]);
});

test("a message goes to people by name, and the answer says from where and who was refused", async ({
  operator: page,
}) => {
  await acceptTerms(page);
  const [first, second] = phones(2);
  await page.goto("/numbers");
  const panel = page.getByRole("region", { name: "Sandbox", exact: true });
  await panel.getByRole("link", { name: "Send messages" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Send from Sandbox");
  await page.getByLabel("Numbers", { exact: true }).fill(`${first}\n${second}\nnobody`);
  await page.getByLabel("Find a contact by name or number").fill("Dewi");
  await page
    .getByRole("button", { name: /^Add Dewi/ })
    .first()
    .click();
  await page.getByLabel("Text", { exact: true }).fill("The ferry is late today.");
  await page.getByRole("radio", { name: /^Immediate/ }).check();
  await page.getByRole("textbox", { name: "Ground" }).fill("order form");
  expect(await violationsEverywhere(page)).toEqual([]);
  await page.getByRole("button", { name: "Send to 4" }).click();

  await expect(page.getByRole("heading", { name: "3 messages are on the way" })).toBeVisible();
  const shares = page.getByRole("region", { name: "Which number writes to whom" });
  await expect(shares.getByRole("listitem").first()).toContainText(/this hour/);
  await expect(
    page.getByRole("table", { name: "Refused recipients" }).getByRole("row", { name: /nobody/ }),
  ).toContainText("Invalid number");
  expect(await violationsEverywhere(page)).toEqual([]);
  await page.getByRole("link", { name: "Follow it" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/);
  await expect(page.locator("[data-conserved=true]")).toContainText("3 enrolled");
});
