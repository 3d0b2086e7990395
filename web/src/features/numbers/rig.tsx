import type { Package, Profile, Provider } from "@/api/types";

/** What the tests of this folder share: a number, its package, its provider, and a stream. */

export const profile: Profile = {
  id: "n1",
  package_id: "p1",
  name: "Counter",
  provider: "waha",
  provider_notice: null,
  phone: "+628110000001",
  phone_number_id: "counter",
  state: "active",
  state_reason: null,
  cooling_until: null,
  overrides: {},
  weight: 1,
  priority: 1,
  link: { state: "unlinked", detail: null, phone: null, since: null },
  quality: {
    rating: null,
    messaging_limit: null,
    account: null,
    business_account: null,
    used_of_account: null,
  },
  usage: { hour: { used: 45, limit: 50 }, day: { used: 45, limit: null }, in_flight: 0 },
  failures_in_row: 0,
  last_sent_at: null,
  health: { score: 100, deductions: [], sent: 45, failed: 0, uncertain: 0 },
};

export const pack: Package = {
  id: "p1",
  name: "Shop",
  distribution: "round_robin",
  settings: {
    hourly_limit: 50,
    daily_limit: null,
    rate_per_minute: null,
    cap_per_campaign: null,
    cooldown_ms: 0,
    jitter_min_ms: 0,
    jitter_max_ms: 0,
    reply_headroom_percent: 0,
    pause_after_failures: 3,
    waiting_strategy: "queued",
    drip_interval_minutes: null,
    active_hours: null,
  },
  profiles: [profile],
  created_at: "2026-11-01T08:00:00Z",
  version: 7,
};

export const waha: Provider = {
  name: "waha",
  title: "WAHA (linked device)",
  notice: "WhatsApp does not support this.",
  abilities: {
    sends: ["text", "image"],
    receipts: "best_effort",
    receives: true,
    links_by_qr: true,
    checks_numbers: true,
    has_templates: false,
    has_window: false,
    lists_groups: true,
    tells_quality: false,
    signs_webhooks: true,
  },
  number_id: "session",
  access_token: "API key",
  app_secret: "optional",
  verify_token: "unused",
  base_url: null,
  settings: ["engine"],
  sandbox_base_url: "http://127.0.0.1:8090/waha",
};

/** A stream of events that the test speaks on. */
export function stream() {
  let out: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      out = controller;
    },
  });
  const encode = new TextEncoder();
  return {
    response: new Response(body, { status: 200 }),
    say: (data: unknown) =>
      out.enqueue(encode.encode(`event: linking\ndata: ${JSON.stringify(data)}\n\n`)),
    end: () => out.close(),
  };
}
