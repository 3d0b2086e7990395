import type { AuditChange } from "@/api/types";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { t } from "@/i18n/catalogue";
import { count } from "@/i18n/format";
import { valueText } from "./names";

/** Each event that was appended, with the fields that it changed. */
export function Changes({ changes }: { changes: AuditChange[] }) {
  if (changes.length === 0) return <p className="text-soft">{t.audit.noChanges}</p>;
  return (
    <ol className="flex flex-col gap-3">
      {changes.map((change) => (
        <li key={change.position} className="overflow-clip rounded-lg border">
          <p className="flex flex-wrap items-baseline gap-x-2 bg-sunken px-3 py-1.5">
            <code className="font-mono font-medium">{change.type}</code>
            <span className="tnum min-w-0 truncate text-xs text-faint">
              {change.stream} · #{count(change.position)}
            </span>
          </p>
          {change.fields.length > 0 && <Fields change={change} />}
        </li>
      ))}
    </ol>
  );
}

function Fields({ change }: { change: AuditChange }) {
  const cell = "px-3 py-1.5 align-top break-words whitespace-pre-wrap";
  return (
    <ScrollingTable label={change.type} className="table-fixed text-xs">
      <thead>
        <tr className="text-faint">
          <Head className="px-3">{t.audit.field}</Head>
          <Head className="px-3">{t.audit.before}</Head>
          <Head className="px-3">{t.audit.after}</Head>
        </tr>
      </thead>
      <tbody>
        {change.fields.map(({ field, before, after }) => (
          <tr key={field} className="border-t">
            <th scope="row" className={`${cell} text-start font-medium`}>
              {field}
            </th>
            <td className={`${cell} text-soft`}>{valueText(before)}</td>
            <td className={cell}>{valueText(after)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  );
}
