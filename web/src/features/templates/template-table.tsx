import { TriangleAlert } from "lucide-react";
import type { ProviderTemplate } from "@/api/types";
import { said, TemplateBadge } from "@/components/templates/template-badge";
import { type Column, DataTable } from "@/components/ui/data-table";
import { templateWords as words } from "@/i18n/en/template-words";
import { exactTime, when } from "@/i18n/format";

const columns: Column<ProviderTemplate>[] = [
  {
    key: "name",
    width: "minmax(0,3fr)",
    header: words.name,
    cell: (row) => (
      <div className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{row.name}</span>
        <span className="truncate text-xs text-faint">
          <bdi>{row.body?.text ?? row.header?.text}</bdi>
        </span>
        <span className="truncate text-xs text-soft sm:hidden">
          {words.languageName(row.language)} · {said(words.categories, row.category)}
        </span>
      </div>
    ),
  },
  {
    key: "language",
    width: "8.5rem",
    header: words.language,
    wide: true,
    cell: (row) => <span title={row.language}>{words.languageName(row.language)}</span>,
  },
  {
    key: "category",
    width: "7rem",
    header: words.category,
    wide: true,
    cell: (row) => said(words.categories, row.category),
  },
  {
    key: "status",
    width: "7.25rem",
    header: words.status,
    cell: (row) => (
      <span className="flex flex-col items-start gap-0.5">
        <TemplateBadge template={row} />
        {row.drifted_at && <Drifted at={row.drifted_at} />}
      </span>
    ),
  },
  {
    key: "account",
    width: "minmax(0,1fr)",
    header: words.account,
    wide: true,
    cell: (row) => (
      <span className="tnum text-soft" title={row.account_id}>
        {row.account_id}
      </span>
    ),
  },
  {
    key: "changed",
    width: "7rem",
    header: words.changed,
    align: "end",
    wide: true,
    cell: (row) => (
      <time dateTime={row.updated_at} title={exactTime(row.updated_at)} className="text-soft">
        {when(row.updated_at)}
      </time>
    ),
  },
];

function Drifted({ at }: { at: string }) {
  return (
    <span
      title={words.drifted(exactTime(at))}
      className="flex items-center gap-1 text-2xs font-medium text-warn"
    >
      <TriangleAlert aria-hidden="true" className="size-3 shrink-0" />
      {words.driftedShort}
    </span>
  );
}

type Props = {
  rows: ProviderTemplate[];
  open: string | undefined;
  onOpen: (id: string) => void;
};

export function TemplateTable({ rows, open, onOpen }: Props) {
  return (
    <DataTable
      label={words.title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowHeight={60}
      className="flex-1"
      onOpen={(row) => onOpen(row.id)}
      isOpen={(row) => row.id === open}
    />
  );
}
