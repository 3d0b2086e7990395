import type { AuditOutcome } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { t } from "@/i18n/catalogue";

const tone: Record<AuditOutcome, Tone> = { done: "good", refused: "warn", failed: "bad" };

export function OutcomeBadge({ outcome }: { outcome: AuditOutcome }) {
  return <Badge tone={tone[outcome]}>{t.audit.outcomes[outcome]}</Badge>;
}
