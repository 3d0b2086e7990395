import { type APIResponse, test as base, expect, type Page } from "@playwright/test";

export const EMAIL = process.env.WAYBILL_EMAIL ?? "demo@waybill.local";
export const PASSWORD = process.env.WAYBILL_PASSWORD ?? "waybill-demo-1";
export const SANDBOX = process.env.WAYBILL_SANDBOX_URL ?? "http://127.0.0.1:8090";

/** What a page complained about, apart from what the test provokes itself. */
export class Complaints {
  readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  allow(pattern: RegExp): void {
    this.allowed.push(pattern);
  }

  async listen(page: Page): Promise<void> {
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        // biome-ignore lint/suspicious/noConsole: the console is what the test listens to
        console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    page.on("console", (message) => {
      if (message.type() === "error") this.seen.push(message.text());
    });
    page.on("pageerror", (error) => this.seen.push(`page error: ${error.message}`));
  }

  get left(): string[] {
    return this.seen.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}

/** Every test fails on a console error, a page error or a policy violation. */
export const test = base.extend<{ complaints: Complaints; operator: Page }>({
  complaints: [
    async ({ page }, use) => {
      const complaints = new Complaints();
      await complaints.listen(page);
      await use(complaints);
      expect(complaints.left, "console errors and policy violations").toEqual([]);
    },
    { auto: true },
  ],
  /** A page with the demo operator signed in, at Home. */
  operator: async ({ page }, use) => {
    await signIn(page, EMAIL, PASSWORD);
    await use(page);
  },
});

export { expect, type Page };

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
}

/** Makes a business of its own, whose only person is signed in at Home. */
export async function signUp(
  page: Page,
  who: { business: string; name: string; email: string; password: string },
): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("Business name").fill(who.business);
  await page.getByLabel("Your name").fill(who.name);
  await page.getByLabel("Email").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: /^Create account/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
}

/** An address that no other run has used. */
export const address = (name: string) => `${unique(name).replace(" ", "-")}@example.com`;

/** Something that no other run has used. */
export function unique(prefix: string): string {
  return `${prefix} ${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;
}

/** Phone numbers of the Indonesian numbering plan that no other run has used. */
export function phones(count: number): string[] {
  const start = Math.floor(Math.random() * 89_000_000) + 10_000_000;
  return Array.from({ length: count }, (_, i) => `+62812${start + i}`);
}

export type CsvRow = { name: string; phone: string; city: string; consent: string };

export function csv(rows: CsvRow[]): string {
  return [
    "Name,Phone,City,Consent",
    ...rows.map((r) => `${r.name},${r.phone},${r.city},${r.consent}`),
  ].join("\n");
}

/** Puts a file through the import wizard into a new list, up to its result. */
export async function importThroughWizard(
  page: Page,
  name: string,
  content: string,
): Promise<void> {
  await page.goto("/contacts/import");
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(content) });
  await expect(page.getByRole("heading", { name: "What each column means" })).toBeVisible();
  await page.getByLabel("Put everyone in a new list").fill(name);
  await page.getByLabel("Where the consent comes from").fill("sign-up form");
  await page.getByRole("button", { name: "Import the file" }).click();
  await expect(page.getByRole("heading", { name: "The import is finished" })).toBeVisible({
    timeout: 60_000,
  });
}

export async function figure(page: Page, key: string): Promise<number> {
  const text = await page.locator(`[data-count="${key}"]`).innerText();
  return Number(text.replaceAll(",", ""));
}

/** What every command of a page has in its headers. */
export const commandHeaders = () => ({
  "X-Waybill-Csrf": "1",
  "Idempotency-Key": crypto.randomUUID(),
});

/** Waits until what answers reads has followed the log up to a command. */
export async function reached(page: Page, path: string, command: APIResponse): Promise<void> {
  const position = command.headers()["waybill-position"] ?? "";
  await expect(async () => {
    const answer = await page.request.get(`/api/v1${path}`, {
      headers: { "Waybill-Min-Position": position },
    });
    expect(answer.ok(), `${path} at ${position}`).toBe(true);
  }).toPass({ timeout: 30_000 });
}

/** Accepts the terms for the business that is signed in, unless somebody has. */
export async function acceptTerms(page: Page): Promise<void> {
  const { version, accepted } = await (await page.request.get("/api/v1/terms")).json();
  if (accepted?.version === version) return;
  const answer = await page.request.post("/api/v1/terms/accept", {
    headers: commandHeaders(),
    data: { version },
  });
  expect(answer.ok()).toBe(true);
}

/** Goes through the wizard with everyone of a list, up to the page of the running campaign. */
export async function startCampaign(page: Page, list: string, people: number): Promise<void> {
  await acceptTerms(page);
  await page.getByRole("link", { name: "Send them a campaign" }).click();
  await page.getByLabel("Campaign name").fill(list);
  await expect(page.getByTestId("reach")).toHaveText(people.toLocaleString("en-GB"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Text of the message").fill("Hi {{name|there}}, the ferry is late today.");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Continue" }).click();
  const start = page.getByRole("button", { name: /^Start for/ });
  await expect(start).toBeVisible();
  if (people > 100) await page.getByLabel(/to confirm/).fill(String(people));
  await start.click();
  await page.getByRole("button", { name: "Start now" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/, { timeout: 20_000 });
}

/** Says how the simulated provider shall misbehave from now on; nothing said is nothing wrong. */
export async function disturb(page: Page, faults: Record<string, unknown>): Promise<void> {
  const answer = await page.request.post(`${SANDBOX}/_sandbox/faults`, { data: faults });
  expect(answer.ok()).toBe(true);
}

/** How many recipients of the open campaign are in one state, as the page shows it. */
export async function state(page: Page, key: string): Promise<number> {
  const text = await page.locator(`[data-state="${key}"]`).innerText();
  return Number(text.replaceAll(",", ""));
}
