import type { BindingLimit, Campaign, Package } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { paceWords as words } from "@/i18n/en/pace-words";

/** Without a number to send from nothing goes on, whatever the pace was. */
const STANDS_STILL = ["no_active_profile", "not_linked", "no_template"];

/** What has to be mended on the screen of numbers, rather than waited for. */
export const needsNumbers = (limit: Campaign["binding_limit"]): boolean =>
  limit !== null && STANDS_STILL.includes(limit.name);

/** What is known of a limit beyond its name; nothing where that is the same again. */
export function limitDetail({ name, detail }: BindingLimit): string | null {
  const words = t.limits[name]?.toLowerCase();
  return detail.replace(/^the /, "") === words ? null : detail;
}

/** When it will be through. */
export const finishing = (campaign: Pick<Campaign, "eta" | "binding_limit">): string | null =>
  needsNumbers(campaign.binding_limit) ? null : campaign.eta;

/** How a package spreads messages where nothing else is said. */
export function packageSaid({ settings }: Package): string {
  const minutes = settings.drip_interval_minutes;
  return words.said(
    words.strategies[settings.waiting_strategy],
    minutes === null ? null : words.every(minutes),
  );
}
