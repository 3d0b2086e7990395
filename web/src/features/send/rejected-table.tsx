import type { Rejected } from "@/api/types";
import { Panel } from "@/components/ui/page";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { t } from "@/i18n/catalogue";
import { sendWords as words } from "@/i18n/en/send-words";
import { count } from "@/i18n/format";

/** Who is not written to, and why, as they were given. */
export function RejectedTable({ rejected }: { rejected: Rejected[] }) {
  return (
    <Panel
      title={
        <>
          {words.rejected}
          <span className="tnum ms-2 font-normal text-faint">{count(rejected.length)}</span>
        </>
      }
    >
      <ScrollingTable label={words.rejected}>
        <thead>
          <tr className="text-xs text-faint">
            <Head>{words.recipient}</Head>
            <Head>{words.reason}</Head>
          </tr>
        </thead>
        <tbody>
          {rejected.map(({ recipient, reason }, index) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: the same may be refused twice, and the list never changes
              key={index}
              className="border-b align-top last:border-0 [content-visibility:auto]"
            >
              <th scope="row" className="px-4 py-1.5 text-start font-normal break-all">
                {recipient}
              </th>
              <td className="px-4 py-1.5">
                <span className="font-medium">{said(reason)}</span>
                <span className="block text-xs text-soft">{words.reasonHints[reason]}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollingTable>
    </Panel>
  );
}

const said = (reason: string) => t.wizard.excluded[reason] ?? reason.replaceAll("_", " ");
