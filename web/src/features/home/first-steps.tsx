import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, ChevronRight } from "lucide-react";
import { overview } from "@/api/analytics";
import { packageList } from "@/api/packages";
import { wallet } from "@/api/wallet";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { useMay } from "@/components/use-may";
import { t } from "@/i18n/catalogue";

/** What a new workspace has still to do, for those who can; gone once a campaign exists. */
export function FirstSteps() {
  const mayStart = useMay("campaigns.write");
  const figures = useQuery(overview()).data;
  const packages = useQuery(packageList()).data;
  const points = useQuery(wallet()).data;
  if (!mayStart || !figures || !packages || !points || figures.totals.campaigns > 0) return null;
  const s = t.home.steps;
  const steps = [
    {
      to: "/contacts/import",
      label: s.contacts,
      hint: s.contactsHint,
      done: figures.totals.contacts > 0,
    },
    {
      to: "/numbers",
      label: s.numbers,
      hint: s.numbersHint,
      done: packages.items.some((p) => p.profiles.length > 0),
    },
    { to: "/wallet", label: s.points, hint: s.pointsHint, done: points.topped_up_total > 0 },
    { to: "/campaigns/new", label: s.campaign, hint: s.campaignHint, done: false },
  ] as const;
  const next = steps.findIndex((step) => !step.done);
  return (
    <Panel title={t.home.firstSteps}>
      <ol className="grid divide-y sm:grid-cols-4 sm:divide-x sm:divide-y-0">
        {steps.map((step, index) => (
          <li key={step.to} className={cn(index === next && "bg-accent-wash/60")}>
            <Link
              to={step.to}
              className="flex h-full items-center gap-3 px-4 py-3 hover:bg-hover/60"
            >
              <span
                className={cn(
                  "tnum flex size-6 shrink-0 items-center justify-center rounded-full border text-xs font-semibold",
                  step.done ? "border-transparent bg-good-wash text-good" : "text-soft",
                )}
              >
                {step.done ? (
                  <Check aria-label={t.home.stepDone} className="size-3.5" />
                ) : (
                  index + 1
                )}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{step.label}</span>
                <span className="block text-xs text-soft">{step.hint}</span>
              </span>
              {index === next && (
                <ChevronRight
                  aria-hidden="true"
                  className="size-4 text-accent-ink rtl:rotate-180"
                />
              )}
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
