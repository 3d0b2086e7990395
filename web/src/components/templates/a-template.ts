import type { ProviderTemplate } from "@/api/types";

/** A template for tests: approved, with two places. */
export const aTemplate = (over: Partial<ProviderTemplate> = {}): ProviderTemplate => ({
  id: crypto.randomUUID(),
  provider: "cloud_api",
  account_id: "1",
  provider_id: "10",
  name: "order_ready",
  language: "en_US",
  category: "utility",
  status: "approved",
  quality: "green",
  reason: null,
  header: null,
  body: { format: "text", text: "Dear {{1}}, order {{2}} is ready.", places: ["1", "2"] },
  footer: null,
  buttons: [],
  components: [],
  drifted_at: null,
  gone: false,
  found_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  version: 1,
  ...over,
});
