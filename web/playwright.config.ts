import { defineConfig } from "@playwright/test";

/**
 * Runs against the real product, started beforehand:
 * WAYBILL_URL, WAYBILL_SANDBOX_URL, WAYBILL_EMAIL and WAYBILL_PASSWORD say where
 * it is and who signs in; the defaults are those of the demo. WAYBILL_CHROMIUM is
 * the browser.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.WAYBILL_URL ?? "http://127.0.0.1:8080",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    trace: "off",
    launchOptions: {
      executablePath: process.env.WAYBILL_CHROMIUM || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
