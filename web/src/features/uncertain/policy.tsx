import { Link } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { useMay } from "@/components/use-may";
import { useUncertainPolicy } from "@/components/use-uncertain-policy";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";

/** What happens at the deadline if nobody decides, and where that is said. */
export function Policy() {
  const policy = useUncertainPolicy();
  const mayChange = useMay("settings.write");
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-[10px] bg-sunken px-4 py-2.5">
      <Scale aria-hidden="true" className="size-4 shrink-0 text-faint" />
      <p className="min-w-0 flex-1 basis-60">
        <span className="font-medium">{words.policyTerm}: </span>
        {policy && (words.policies[policy] ?? policy.replaceAll("_", " "))}
      </p>
      <Link
        to="/settings/organisation"
        className="text-xs font-medium text-accent-ink hover:underline"
      >
        {mayChange ? words.changePolicy : words.seePolicy}
      </Link>
    </div>
  );
}
