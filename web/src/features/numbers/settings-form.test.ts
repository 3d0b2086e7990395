import { expect, it } from "vitest";
import type { Settings } from "@/api/types";
import { toSettings, toText } from "./settings-form";

const settings: Settings = {
  hourly_limit: 50,
  daily_limit: null,
  rate_per_minute: 30,
  cap_per_campaign: null,
  cooldown_ms: 1500,
  jitter_min_ms: 2000,
  jitter_max_ms: 5000,
  reply_headroom_percent: 20,
  pause_after_failures: 3,
  waiting_strategy: "drip",
  drip_interval_minutes: 5,
  active_hours: {
    time_zone: "Asia/Jakarta",
    windows: [{ days: [1, 2], from: "09:00", to: "17:00" }],
  },
};

it("comes back as the settings that it was made from", () => {
  expect(toSettings(toText(settings))).toEqual(settings);
});

it("has no interval with another strategy, whatever was typed before", () => {
  const form = { ...toText(settings), strategy: "smart" as const };
  expect(toSettings(form)).toMatchObject({
    waiting_strategy: "smart",
    drip_interval_minutes: null,
  });
});

it("takes an empty field as no limit, and no windows as day and night", () => {
  const form = { ...toText(settings), hourly_limit: " ", pause_after_failures: "", hours: null };
  expect(toSettings(form)).toMatchObject({
    hourly_limit: null,
    pause_after_failures: null,
    active_hours: null,
  });
});
