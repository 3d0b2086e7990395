import type { AuditEntry } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { auditActionWords } from "@/i18n/en/audit-actions";

/** An operation in plain words; one without words of its own by its name. */
export function actionName(action: string): string {
  return wordsOf(auditActionWords, action);
}

/** What kind of thing it is about. */
export const targetName = (kind: string): string =>
  wordsOf({ ...t.log.categories, ...t.audit.targets }, kind);

function wordsOf(known: Record<string, string>, name: string): string {
  const words = Object.hasOwn(known, name) ? known[name] : undefined;
  if (words) return words;
  const plain = name.replaceAll("_", " ").trim();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Who it was, as far as that is known. */
export function actorName({ actor, actor_name }: Pick<AuditEntry, "actor" | "actor_name">): string {
  if (actor === "anonymous") return t.audit.stranger;
  if (!actor.startsWith("api_key:")) return actor_name ?? t.audit.someone;
  return actor_name ? `${t.audit.apiKey} “${actor_name}”` : t.audit.goneKey;
}

/** A value of a field as a person reads it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return t.audit.none;
  if (typeof value === "boolean") return value ? t.audit.yes : t.audit.no;
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
