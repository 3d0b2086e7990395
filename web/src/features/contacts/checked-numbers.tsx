import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ValidatedNumber } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { t } from "@/i18n/catalogue";
import { checkWords as words } from "@/i18n/en/check-words";
import { duration } from "@/i18n/format";
import { asTable, whatsappSaid } from "./numbers-to-check";

type Props = {
  rows: ValidatedNumber[];
  asked: boolean;
  onAgain: () => void;
  onClose: () => void;
};

/** What became known of each number, to be read and to be taken elsewhere. */
export function CheckedNumbers({ rows, asked, onAgain, onClose }: Props) {
  const valid = rows.filter((row) => row.valid);
  const there = rows.filter((row) => row.on_whatsapp);
  // The form that was submitted is gone: the keyboard goes on at what it led to.
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <p ref={heading} tabIndex={-1} className="tnum mb-3 font-medium outline-none">
        {words.summary(valid.length, rows.length)}
        {asked && ` · ${words.onWhatsapp(there.length)}`}
      </p>
      <div className="rounded-lg border">
        <ScrollingTable label={words.results}>
          <thead>
            <tr className="text-xs text-faint">
              <Head className="px-3">{words.input}</Head>
              <Head className="px-3">{words.number}</Head>
              <Head className="px-3">{words.form}</Head>
              <Head className="px-3">{words.whatsapp}</Head>
              {asked && <Head className="px-3">{words.age}</Head>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.input} row={row} asked={asked} />
            ))}
          </tbody>
        </ScrollingTable>
      </div>
      <DialogActions>
        <CopyButton label={words.copyAll} text={asTable(rows, asked)} />
        {valid.length > 0 && (
          <CopyButton label={words.copyValid} text={valid.map(({ e164 }) => e164).join("\n")} />
        )}
        <Button onClick={onAgain}>{words.again}</Button>
        <Button look="primary" onClick={onClose}>
          {t.actions.close}
        </Button>
      </DialogActions>
    </>
  );
}

function Row({ row, asked }: { row: ValidatedNumber; asked: boolean }) {
  return (
    <tr className="border-b align-top last:border-0 [content-visibility:auto]">
      <th scope="row" className="px-3 py-1.5 text-start font-normal break-all">
        {row.input}
      </th>
      <td className="px-3 py-1.5 whitespace-nowrap">{row.e164 ?? "–"}</td>
      <td className="px-3 py-1.5">
        {row.valid ? (
          <Badge tone="good">{words.valid}</Badge>
        ) : (
          <>
            <Badge tone="bad">{words.invalid}</Badge>
            {row.error && <span className="block text-xs text-soft">{row.error}</span>}
          </>
        )}
      </td>
      <td className="px-3 py-1.5">
        <WhatsApp row={row} asked={asked} />
      </td>
      {asked && (
        <td className="px-3 py-1.5 whitespace-nowrap text-soft">
          {row.age_seconds === null
            ? "–"
            : row.age_seconds < 60
              ? words.justNow
              : words.ago(duration(row.age_seconds))}
        </td>
      )}
    </tr>
  );
}

function WhatsApp({ row, asked }: { row: ValidatedNumber; asked: boolean }) {
  const said = whatsappSaid(row, asked);
  if (row.on_whatsapp !== null) {
    return <Badge tone={row.on_whatsapp ? "good" : "bad"}>{said}</Badge>;
  }
  return (
    <span className="text-faint">
      {said}
      {row.not_checked && <span className="block text-xs text-soft">{row.not_checked}</span>}
    </span>
  );
}

function CopyButton({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const Icon = copied ? Check : Copy;
  return (
    <Button onClick={() => void copy()}>
      <Icon aria-hidden="true" className="size-3.5" />
      {copied ? words.copied : label}
    </Button>
  );
}
