import { Check, CheckCheck, CircleAlert, CircleHelp, Clock } from "lucide-react";
import type { ChatMessageStatus } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { t } from "@/i18n/catalogue";

const marks = {
  queued: { icon: Clock, tone: "" },
  sending: { icon: Clock, tone: "" },
  sent: { icon: Check, tone: "" },
  delivered: { icon: CheckCheck, tone: "" },
  read: { icon: CheckCheck, tone: "text-info" },
  failed: { icon: CircleAlert, tone: "text-bad" },
  cancelled: { icon: CircleAlert, tone: "" },
  uncertain: { icon: CircleHelp, tone: "text-warn" },
} as const;

/** How far an outgoing message has come, as a mark with its name. */
export function Ticks({ status, className }: { status: ChatMessageStatus; className?: string }) {
  const mark = marks[status];
  return (
    <span
      title={t.status[status]}
      className={cn("inline-flex shrink-0 text-faint", mark.tone, className)}
    >
      <mark.icon aria-hidden="true" className="size-3.5" />
      <span className="sr-only">{t.status[status]}</span>
    </span>
  );
}
