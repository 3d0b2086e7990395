import { Link } from "@tanstack/react-router";
import { t } from "@/i18n/catalogue";
import { useMay } from "./use-may";

/** The way to every event of one thing, for those who may read the log. */
export function HistoryLink({ kind, id }: { kind: string; id: string }) {
  if (!useMay("history.read")) return null;
  return (
    <Link
      to="/log"
      search={{ kind, id }}
      className="text-xs font-medium text-accent-ink hover:underline"
    >
      {t.log.link}
    </Link>
  );
}
