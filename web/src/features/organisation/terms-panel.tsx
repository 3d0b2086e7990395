import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { terms } from "@/api/terms";
import { TermsState } from "@/components/terms-state";
import { Panel } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";

/** Whether the terms are accepted, and the way to read them. */
export function TermsPanel() {
  const query = useQuery(terms());
  return (
    <Panel title={t.terms.title} label={t.terms.title} className="max-w-3xl">
      <p className="px-4 pt-3 text-soft">{t.terms.lead}</p>
      <Loaded query={query} what={t.terms.title} skeleton={<SkeletonRows rows={1} />}>
        {(data) => (
          <p className="px-4 pt-1 pb-3">
            {t.terms.version(data.version)}. <TermsState terms={data} />{" "}
            <Link
              to="/settings/organisation"
              search={{ terms: true }}
              className="font-medium text-accent-ink underline underline-offset-2"
            >
              {t.terms.read}
            </Link>
          </p>
        )}
      </Loaded>
    </Panel>
  );
}
