import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LayoutTemplate, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { packageList, providerList } from "@/api/packages";
import { templateList } from "@/api/templates";
import { Allowed } from "@/components/allowed";
import { Button, buttonStyle } from "@/components/ui/button";
import { Empty, ErrorPanel, Outdated, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { templateWords as words } from "@/i18n/en/template-words";
import { filtered } from "./filtered";
import { isFiltered, NO_FILTER, type TemplateSearch } from "./search";
import { TemplateFilters } from "./template-filters";
import { TemplateTable } from "./template-table";

type Props = {
  search: TemplateSearch;
  onChange: (change: Partial<TemplateSearch>) => void;
  /** The way to ask the providers. */
  sync: ReactNode;
};

export function Templates({ search, onChange, sync }: Props) {
  const query = useQuery(templateList());
  const rows = filtered(query.data ?? [], search);
  return (
    <>
      <TemplateFilters search={search} all={query.data ?? []} onChange={onChange} />
      <div className="card mb-4 flex min-h-0 flex-1 flex-col overflow-clip">
        {!query.data ? (
          query.isError ? (
            <ErrorPanel what={words.what} error={query.error} onRetry={() => query.refetch()} />
          ) : (
            <SkeletonRows rows={8} />
          )
        ) : (
          <>
            {query.isError && (
              <Outdated
                what={words.what}
                error={query.error}
                at={query.dataUpdatedAt}
                onRetry={() => query.refetch()}
              />
            )}
            {rows.length > 0 ? (
              <TemplateTable
                rows={rows}
                open={search.open}
                onOpen={(id) => onChange({ open: id })}
              />
            ) : isFiltered(search) ? (
              <Empty
                title={words.noMatch}
                action={
                  <Button onClick={() => onChange(NO_FILTER)}>{t.actions.clearFilters}</Button>
                }
              >
                {words.noMatchHint}
              </Empty>
            ) : (
              <NoneYet sync={sync} />
            )}
          </>
        )}
      </div>
      <p className="sr-only" role="status">
        {query.data && words.shown(rows.length, query.data.length)}
      </p>
    </>
  );
}

/** Nobody has told of templates: because there is nobody who could, or because there are none. */
function NoneYet({ sync }: { sync: ReactNode }) {
  const packages = useQuery(packageList()).data?.items;
  const providers = useQuery(providerList()).data?.items;
  if (!packages || !providers) return <SkeletonRows rows={4} />;
  const able = providers.filter(({ abilities }) => abilities.has_templates);
  const numbers = packages.flatMap((pack) => pack.profiles);
  if (numbers.some((number) => able.some(({ name }) => name === number.provider))) {
    return (
      <Empty
        title={words.none}
        action={sync}
        art={<LayoutTemplate aria-hidden="true" className="size-8" strokeWidth={1.4} />}
      >
        {words.noneHint}
      </Empty>
    );
  }
  return (
    <Empty
      title={words.noNumber}
      action={
        <Allowed to="numbers.write" instead={words.addNumber}>
          <Link to="/numbers" className={buttonStyle({ look: "primary" })}>
            {words.addNumber}
          </Link>
        </Allowed>
      }
      art={<Smartphone aria-hidden="true" className="size-8" strokeWidth={1.4} />}
    >
      {words.noNumberHint}
    </Empty>
  );
}
