import type { ImportPreview } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { reasonText } from "./reasons";

const tone: Record<string, Tone> = { ok: "good", duplicate: "warn", rejected: "bad" };

/** The first rows, and how many of them are fine. */
export function Checked({ preview, checking }: { preview: ImportPreview; checking: boolean }) {
  const of = (outcome: string) => preview.rows.filter((row) => row.outcome === outcome).length;
  const local = preview.rows.filter((row) => row.reason === "phone_without_country").length;
  return (
    <Panel
      title={t.imports.firstRows(preview.rows.length)}
      aside={
        <p aria-live="polite" className="tnum flex gap-3 text-xs">
          {checking ? (
            <span className="text-faint">{t.imports.checking}</span>
          ) : (
            <>
              <span className="text-good">{t.imports.previewOk(of("ok"))}</span>
              {of("duplicate") > 0 && (
                <span className="text-warn">{t.imports.previewDuplicate(of("duplicate"))}</span>
              )}
              {of("rejected") > 0 && (
                <span className="text-bad">{t.imports.previewRejected(of("rejected"))}</span>
              )}
            </>
          )}
        </p>
      }
    >
      {local > 0 && (
        <p role="status" className="border-b bg-warn-wash px-4 py-2 text-warn">
          {t.imports.noCountry(local)}
        </p>
      )}
      <PreviewTable preview={preview} />
    </Panel>
  );
}

/** The first rows as the server read them, each with what would become of it. */
function PreviewTable({ preview }: { preview: ImportPreview }) {
  return (
    <section
      aria-label={t.imports.firstRows(preview.rows.length)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative max-h-[34rem] overflow-auto focus-visible:-outline-offset-2"
    >
      <table className="w-full text-start whitespace-nowrap">
        <thead className="sticky top-0 bg-sunken text-xs text-faint">
          <tr>
            <Head>{t.imports.line}</Head>
            <Head>{t.imports.outcome}</Head>
            <Head>{t.imports.readAs}</Head>
            {preview.headers.map((header) => (
              <Head key={header}>{header}</Head>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row) => (
            <tr key={row.line} className="border-t">
              <td className="tnum px-3 py-1.5 text-faint">{row.line}</td>
              <td className="px-3 py-1.5">
                <span className="flex items-center gap-2">
                  <Badge tone={tone[row.outcome] ?? "neutral"}>
                    {t.imports.outcomes[row.outcome] ?? row.outcome}
                  </Badge>
                  {row.reason && (
                    <span className="text-xs text-soft">{reasonText(row.reason)}</span>
                  )}
                </span>
              </td>
              <td className="tnum px-3 py-1.5">{row.phone ?? "–"}</td>
              {preview.headers.map((header, index) => (
                <td key={header} className="max-w-48 truncate px-3 py-1.5 text-soft">
                  {row.cells[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ children }: { children: string }) {
  return (
    <th scope="col" className="border-b px-3 py-1.5 text-start font-medium">
      {children}
    </th>
  );
}
