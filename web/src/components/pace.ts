import type { Campaign } from "@/api/types";

/** When it will be through. Without a number to send from it will not, whatever the pace was. */
export const finishing = (campaign: Pick<Campaign, "eta" | "binding_limit">): string | null =>
  campaign.binding_limit?.name === "no_active_profile" ? null : campaign.eta;
