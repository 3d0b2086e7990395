import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";

export function Exclusions({ excluded }: { excluded: Record<string, number> }) {
  const reasons = Object.entries(excluded).filter(([, n]) => n > 0);
  if (reasons.length === 0) return <p className="text-xs text-soft">{t.wizard.nobodyLeft}</p>;
  return (
    <dl aria-label={t.wizard.left} className="divide-y border-t">
      {reasons
        .sort((a, b) => b[1] - a[1])
        .map(([reason, n]) => (
          <div key={reason} className="flex justify-between gap-3 py-1.5">
            <dt className="text-soft">
              {t.wizard.excluded[reason] ?? reason.replaceAll("_", " ")}
            </dt>
            <dd className="tnum">{count(n)}</dd>
          </div>
        ))}
    </dl>
  );
}
