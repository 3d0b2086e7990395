import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { templateList } from "@/api/templates";
import type { TemplateUse } from "@/api/types";
import { useMay } from "@/components/use-may";
import { isApproved } from "./template";
import { TemplateBadge } from "./template-badge";
import { named } from "./variants";

/** The way to a template by its name, and how it stands where the provider does not take it now. */
export function TemplateLink({ use }: { use: TemplateUse }) {
  const enabled = useMay("campaigns.read");
  const template = named(useQuery({ ...templateList(), enabled }).data, use);
  const name = `${use.name} (${use.language})`;
  if (!template) return name;
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-x-2 gap-y-1">
      <Link
        to="/templates"
        search={{ open: template.id }}
        className="font-medium break-all text-accent-ink hover:underline"
      >
        {name}
      </Link>
      {!isApproved(template) && <TemplateBadge template={template} />}
    </span>
  );
}
