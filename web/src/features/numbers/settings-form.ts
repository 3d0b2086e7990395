import type { Hours, Settings, Strategy } from "@/api/types";
import { toEdit } from "./hours";

/** The settings as a form holds them: numbers as text, an empty one meaning no limit. */
export type SettingsText = {
  hourly_limit: string;
  daily_limit: string;
  rate_per_minute: string;
  cap_per_campaign: string;
  cooldown_seconds: string;
  jitter_min_ms: string;
  jitter_max_ms: string;
  reply_headroom_percent: string;
  pause_after_failures: string;
  strategy: Strategy;
  drip_minutes: string;
  /** Day and night, when there are none. */
  hours: { zone: string; windows: Hours[] } | null;
};

/** The part of the form that is typed as numbers. */
export type Numeric = Exclude<keyof SettingsText, "strategy" | "hours">;

const text = (value: number | null) => (value === null ? "" : String(value));
const limit = (value: string) => (value.trim() === "" ? null : Number(value));

export function toText(settings: Settings): SettingsText {
  const { active_hours: hours } = settings;
  return {
    hourly_limit: text(settings.hourly_limit),
    daily_limit: text(settings.daily_limit),
    rate_per_minute: text(settings.rate_per_minute),
    cap_per_campaign: text(settings.cap_per_campaign),
    cooldown_seconds: String(settings.cooldown_ms / 1000),
    jitter_min_ms: String(settings.jitter_min_ms),
    jitter_max_ms: String(settings.jitter_max_ms),
    reply_headroom_percent: String(settings.reply_headroom_percent),
    pause_after_failures: text(settings.pause_after_failures),
    strategy: settings.waiting_strategy,
    drip_minutes: text(settings.drip_interval_minutes),
    hours: hours && { zone: hours.time_zone, windows: toEdit(hours.windows) },
  };
}

export function toSettings(form: SettingsText): Settings {
  return {
    hourly_limit: limit(form.hourly_limit),
    daily_limit: limit(form.daily_limit),
    rate_per_minute: limit(form.rate_per_minute),
    cap_per_campaign: limit(form.cap_per_campaign),
    cooldown_ms: Math.round(Number(form.cooldown_seconds) * 1000),
    jitter_min_ms: Number(form.jitter_min_ms),
    jitter_max_ms: Number(form.jitter_max_ms),
    reply_headroom_percent: Number(form.reply_headroom_percent),
    pause_after_failures: limit(form.pause_after_failures),
    waiting_strategy: form.strategy,
    drip_interval_minutes: form.strategy === "drip" ? limit(form.drip_minutes) : null,
    active_hours: form.hours && { time_zone: form.hours.zone, windows: form.hours.windows },
  };
}
