import type { Settings } from "@/api/types";

/** The settings as a form holds them: text, an empty one meaning no limit. */
export type SettingsText = {
  hourly_limit: string;
  daily_limit: string;
  rate_per_minute: string;
  cap_per_campaign: string;
  cooldown_seconds: string;
  jitter_min_ms: string;
  jitter_max_ms: string;
};

const text = (value: number | null) => (value === null ? "" : String(value));
const limit = (value: string) => (value.trim() === "" ? null : Number(value));

export function toText(settings: Settings): SettingsText {
  return {
    hourly_limit: text(settings.hourly_limit),
    daily_limit: text(settings.daily_limit),
    rate_per_minute: text(settings.rate_per_minute),
    cap_per_campaign: text(settings.cap_per_campaign),
    cooldown_seconds: String(settings.cooldown_ms / 1000),
    jitter_min_ms: String(settings.jitter_min_ms),
    jitter_max_ms: String(settings.jitter_max_ms),
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
  };
}
