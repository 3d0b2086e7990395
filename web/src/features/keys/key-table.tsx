import type { ApiKey } from "@/api/team-types";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { useNow } from "@/components/use-now";
import { t } from "@/i18n/catalogue";
import { exactTime, when } from "@/i18n/format";
import { isOver } from "./expiry";
import { RevokeButton } from "./revoke-button";
import { inShort } from "./scopes";

type Props = { keys: ApiKey[]; mayWrite: boolean; onRotate: (key: ApiKey) => void };

export function KeyTable({ keys, mayWrite, onRotate }: Props) {
  const now = useNow(30_000);
  return (
    <ScrollingTable label={t.apiKeys.title} className="min-w-[60rem]">
      <thead>
        <tr className="bg-sunken text-xs text-faint">
          <Head>{t.apiKeys.name}</Head>
          <Head>{t.apiKeys.hint}</Head>
          <Head>{t.apiKeys.scopes}</Head>
          <Head>{t.apiKeys.made}</Head>
          <Head>{t.apiKeys.lastUsed}</Head>
          <Head>{t.apiKeys.expires}</Head>
          <Head>{t.apiKeys.overlap}</Head>
          {mayWrite && (
            <Head>
              <span className="sr-only">{t.apiKeys.action}</span>
            </Head>
          )}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} row={key} now={now} mayWrite={mayWrite} onRotate={onRotate} />
        ))}
      </tbody>
    </ScrollingTable>
  );
}

type RowProps = Omit<Props, "keys"> & { row: ApiKey; now: number };

function KeyRow({ row, now, mayWrite, onRotate }: RowProps) {
  const cell = "px-4 py-2 align-top";
  const time = `${cell} whitespace-nowrap text-soft`;
  const expired = isOver(row.expires_at, now);
  const overlap = isOver(row.overlap_until, now) ? null : row.overlap_until;
  return (
    <tr className="border-t">
      <th scope="row" className={`${cell} max-w-48 text-start font-medium break-words`}>
        {row.name}
      </th>
      <td className={`${cell} font-mono text-xs leading-5 whitespace-nowrap`}>{row.hint}…</td>
      <td className={`${cell} max-w-72`}>
        <Scopes scopes={row.scopes} />
      </td>
      <td className={time}>
        <Time at={row.made_at} />
        <span className="block max-w-36 truncate text-xs text-faint">
          {t.apiKeys.by(row.made_by)}
        </span>
      </td>
      <td className={time}>
        <Time at={row.last_used_at} instead={t.apiKeys.never} />
      </td>
      <td className={time}>
        {expired ? (
          <Badge tone="bad">{t.apiKeys.expired}</Badge>
        ) : (
          <Time at={row.expires_at} instead={t.apiKeys.never} />
        )}
      </td>
      <td className={time}>
        <Time at={overlap} instead={t.apiKeys.none} />
      </td>
      {mayWrite && (
        <td className={`${cell} text-end whitespace-nowrap`}>
          <Button
            size="sm"
            aria-label={t.apiKeys.rotateOf(row.name)}
            reason={expired && t.apiKeys.rotateExpired}
            onClick={() => onRotate(row)}
          >
            {t.apiKeys.rotate}
          </Button>
          <RevokeButton revoking={row} />
        </td>
      )}
    </tr>
  );
}

function Scopes({ scopes }: { scopes: string[] }) {
  const { reads, changes } = inShort(scopes);
  return (
    <ul className="text-xs leading-5">
      {changes.length > 0 && <li>{t.apiKeys.changes(changes.join(", "))}</li>}
      {reads.length > 0 && <li className="text-soft">{t.apiKeys.reads(reads.join(", "))}</li>}
    </ul>
  );
}

function Time({ at, instead }: { at: string | null; instead?: string }) {
  if (at === null) return instead;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {when(at)}
    </time>
  );
}
