import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { projections, rebuildProjection } from "@/api/log";
import type { Projection } from "@/api/types";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ProgressBar } from "@/components/ui/gauge";
import { Panel } from "@/components/ui/page";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { useCommand } from "@/components/use-command";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { count, duration } from "@/i18n/format";

const tone: Record<Projection["state"], Tone> = { live: "good", rebuilding: "info", failed: "bad" };

export function ProjectionTable() {
  const query = useQuery(projections());
  const [asking, setAsking] = useState<string | null>(null);
  const reason = useWhyNot("operation.write");
  const rebuild = useCommand({
    run: (name: string, key) => rebuildProjection(name, key),
    kind: (name) => name,
    title: (name) => t.log.rebuildOf(name),
    touches: [["projections"]],
    onAccepted: () => setAsking(null),
  });
  return (
    <Panel
      title={t.log.projections}
      aside={
        query.data && <span className="tnum text-xs text-faint">{t.log.head(query.data.head)}</span>
      }
    >
      <Loaded query={query} what={t.log.projections} skeleton={<SkeletonRows rows={6} />}>
        {({ items }) => (
          <ScrollingTable label={t.log.projections} className="min-w-[40rem]">
            <thead>
              <tr className="bg-sunken text-xs text-faint">
                <Head>{t.log.name}</Head>
                <Head>{t.log.state}</Head>
                <Head className="text-end">{t.log.position}</Head>
                <Head className="text-end">{t.log.lag}</Head>
                <Head className="text-end">{t.log.speed}</Head>
                <Head className="text-end">{t.log.rows}</Head>
                <Head>
                  <span className="sr-only">{t.log.rebuild}</span>
                </Head>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row
                  key={item.name}
                  item={item}
                  reason={reason}
                  onRebuild={() => setAsking(item.name)}
                />
              ))}
            </tbody>
          </ScrollingTable>
        )}
      </Loaded>
      <Dialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title={t.log.rebuildTitle(asking ?? "")}
        description={t.log.rebuildHint}
      >
        <DialogActions>
          <Button look="quiet" onClick={() => setAsking(null)}>
            {t.actions.cancel}
          </Button>
          <Button
            look="primary"
            pending={rebuild.isPending}
            onClick={() => asking && rebuild.mutate(asking)}
          >
            {t.log.rebuild}
          </Button>
        </DialogActions>
      </Dialog>
    </Panel>
  );
}

type RowProps = { item: Projection; reason: string | false; onRebuild: () => void };

function Row({ item, reason, onRebuild }: RowProps) {
  const cell = "px-4 py-2 text-end";
  const rebuilding = item.state === "rebuilding";
  return (
    <tr className="border-t">
      <th scope="row" className="px-4 py-2 text-start font-medium">
        {item.name}
        <span className="ms-1.5 text-xs font-normal text-faint">v{item.version}</span>
        {item.error && (
          <span className="block max-w-72 text-xs font-normal break-words text-bad">
            {item.error}
          </span>
        )}
        {item.skipped_unknown > 0 && (
          <span className="block text-xs font-normal text-warn">
            {t.log.skipped(item.skipped_unknown)}
          </span>
        )}
      </th>
      <td className="px-4 py-2">
        {rebuilding && item.rebuild ? (
          <div className="w-40">
            <ProgressBar label={t.log.progress(item.name)} value={item.rebuild.percent} max={100} />
            <p className="mt-1 text-2xs text-faint">
              {Math.floor(item.rebuild.percent)}%
              {item.rebuild.eta_seconds != null &&
                ` · ${t.log.left(duration(item.rebuild.eta_seconds))}`}
            </p>
          </div>
        ) : (
          <Badge tone={tone[item.state]} dot>
            {t.log.states[item.state]}
          </Badge>
        )}
      </td>
      <td className={cell}>{count(item.position)}</td>
      <td className={cn(cell, item.lag > 1000 ? "text-warn" : "text-soft")}>
        {item.lag === 0 ? t.log.caughtUp : count(item.lag)}
      </td>
      <td className={cn(cell, "text-soft")}>
        {item.events_per_second == null ? "–" : count(Math.round(item.events_per_second))}
      </td>
      <td className={cn(cell, "text-soft")}>{item.rows == null ? "–" : count(item.rows)}</td>
      <td className={cell}>
        <Button
          size="sm"
          aria-label={t.log.rebuildOf(item.name)}
          reason={reason || (rebuilding && t.log.rebuilding)}
          onClick={onRebuild}
        >
          {t.log.rebuild}
        </Button>
      </td>
    </tr>
  );
}
