import { t } from "@/i18n/catalogue";

/** What was on the record, or that it was erased from it. */
export function OrErased({ value }: { value: string | null }) {
  return value ?? <span className="text-faint italic">{t.audit.erased}</span>;
}
