import type { Profile, ProfileChange } from "@/api/types";

/** What a number has of its own, as a form holds it; an empty limit is the package's. */
export type OwnText = {
  name: string;
  phone: string;
  hourly_limit: string;
  daily_limit: string;
  rate_per_minute: string;
  weight: string;
  priority: string;
};

const OVERRIDES = ["hourly_limit", "daily_limit", "rate_per_minute"] as const;
const text = (value: number | null | undefined) => (value == null ? "" : String(value));

export const toOwnText = (profile: Profile): OwnText => ({
  name: profile.name,
  phone: profile.phone,
  hourly_limit: text(profile.overrides.hourly_limit),
  daily_limit: text(profile.overrides.daily_limit),
  rate_per_minute: text(profile.overrides.rate_per_minute),
  weight: String(profile.weight),
  priority: String(profile.priority),
});

/** Only what is another than it was: what is left out stays as it is. */
export function toOwnChange(form: OwnText, opened: OwnText): ProfileChange {
  const changed = (key: keyof OwnText) => form[key].trim() !== opened[key].trim();
  const overrides = Object.fromEntries(
    OVERRIDES.flatMap((key) => (form[key].trim() === "" ? [] : [[key, Number(form[key])]])),
  );
  return {
    ...(changed("name") && { name: form.name.trim() }),
    ...(changed("phone") && { phone: form.phone.trim() }),
    ...(changed("weight") && { weight: Number(form.weight) }),
    ...(changed("priority") && { priority: Number(form.priority) }),
    ...(OVERRIDES.some(changed) && { overrides }),
  };
}
