import { Link } from "@tanstack/react-router";
import { AppWindow, Megaphone, Smartphone } from "lucide-react";
import type { ChatMessage } from "@/api/types";
import { useMay } from "@/components/use-may";
import { inboxWords as words } from "@/i18n/en/inbox-words";

/** From where something went out that nobody replied here. */
export function OriginMark({ origin }: { origin: "phone" | "other_system" }) {
  const Icon = origin === "phone" ? Smartphone : AppWindow;
  return (
    <span className="me-auto inline-flex items-center gap-1 pe-2">
      <Icon aria-hidden="true" className="size-3 shrink-0" />
      {words.origins[origin]}
    </span>
  );
}

/** Which campaign sent it. */
export function CampaignMark({ message }: { message: ChatMessage }) {
  const mayOpen = useMay("campaigns.read");
  const text = words.fromCampaign(message.campaign_name);
  return (
    <p className="mb-1 flex items-center gap-1.5 text-2xs font-medium text-accent-ink">
      <Megaphone aria-hidden="true" className="size-3 shrink-0" />
      {mayOpen && message.campaign_id ? (
        <Link
          to="/campaigns/$id"
          params={{ id: message.campaign_id }}
          className="min-w-0 truncate underline-offset-2 hover:underline"
        >
          {text}
        </Link>
      ) : (
        <span className="min-w-0 truncate">{text}</span>
      )}
    </p>
  );
}
