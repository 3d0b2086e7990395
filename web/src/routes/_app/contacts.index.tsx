import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { ListChecks, Plus, Upload } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { overview } from "@/api/analytics";
import { Button, buttonStyle } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { ContactFilters } from "@/features/contacts/contact-filters";
import { ContactTable } from "@/features/contacts/contact-table";
import { type ContactSearch, readSearch } from "@/features/contacts/filter";
import { t } from "@/i18n/catalogue";

// What opens on demand is fetched on demand.
const AddContactDialog = lazy(() => import("@/features/contacts/add-contact-dialog"));
const CheckNumbersDialog = lazy(() => import("@/features/contacts/check-numbers-dialog"));
const BulkBar = lazy(() => import("@/features/contacts/bulk-bar"));
const ContactDrawer = lazy(() => import("@/features/contacts/contact-drawer"));

export const Route = createFileRoute("/_app/contacts/")({
  validateSearch: readSearch,
  component: Contacts,
});

function Contacts() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const total = useQuery(overview()).data?.totals.contacts;
  const change = (part: Partial<ContactSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: !("open" in part) });
  return (
    <PageFrame
      fill
      title={t.contacts.title}
      lead={total === undefined ? undefined : t.contacts.lead(total)}
      actions={
        <>
          <Button look="quiet" onClick={() => change({ check: true })}>
            <ListChecks aria-hidden="true" className="size-3.5" />
            {t.contacts.check}
          </Button>
          <Link to="/contacts/import" className={buttonStyle({ look: "plain" })}>
            <Upload aria-hidden="true" className="size-3.5" />
            {t.contacts.import}
          </Link>
          <Button look="primary" onClick={() => change({ add: true })}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t.contacts.add}
          </Button>
        </>
      }
    >
      <ContactFilters search={search} onChange={change} />
      <Suspense>
        {selected.size > 0 && (
          <BulkBar selected={selected} onClear={() => setSelected(new Set())} />
        )}
      </Suspense>
      <div className="card mb-4 flex min-h-0 flex-1 flex-col overflow-clip">
        <ContactTable
          search={search}
          onChange={change}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      <Suspense>
        {search.add && (
          <AddContactDialog
            onClose={() => change({ add: undefined })}
            onOpenContact={(id) => change({ add: undefined, open: id })}
          />
        )}
        {search.check && <CheckNumbersDialog onClose={() => change({ check: undefined })} />}
        {search.open && (
          <ContactDrawer
            key={search.open}
            id={search.open}
            onClose={() => change({ open: undefined })}
          />
        )}
      </Suspense>
    </PageFrame>
  );
}
