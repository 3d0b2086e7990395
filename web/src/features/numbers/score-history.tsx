import { useState } from "react";
import type { ProfileHealth } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { numberWords } from "@/i18n/en/number-words";
import { when } from "@/i18n/format";
import { causeSaid } from "./health";
import { type Point, points, steps } from "./score-points";

const words = numberWords.history;

/** The score over time, as a line of steps or as a table. */
export function ScoreHistory({ health }: { health: ProfileHealth }) {
  const [table, setTable] = useState(false);
  const known = points(health);
  return (
    <section>
      <div className="mb-2 flex items-center justify-between gap-3">
        <h3 className="font-semibold">{words.title}</h3>
        {known.length > 0 && (
          <Button size="sm" look="quiet" onClick={() => setTable(!table)}>
            {table ? words.asChart : words.asTable}
          </Button>
        )}
      </div>
      {known.length === 0 ? (
        <p className="text-soft">{words.none}</p>
      ) : table ? (
        <Rows known={known} />
      ) : (
        <Chart known={known} now={health.score} />
      )}
    </section>
  );
}

const WIDTH = 360;
const HEIGHT = 96;

function Chart({ known, now }: { known: Point[]; now: number }) {
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last) return null;
  const lowest = Math.min(now, ...known.map(({ score }) => score));
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={words.chart(when(first.at), when(last.at), lowest, now)}
        className="h-auto w-full overflow-visible"
      >
        {[0, 50, 80, 100].map((score) => (
          <line
            key={score}
            x1={0}
            x2={WIDTH}
            y1={y(score)}
            y2={y(score)}
            className="stroke-line"
            strokeDasharray={score === 0 || score === 100 ? undefined : "3 4"}
          />
        ))}
        <path
          d={steps(known, now, WIDTH, y)}
          fill="none"
          strokeWidth={2}
          strokeLinejoin="round"
          className="stroke-accent-ink"
        />
      </svg>
      <figcaption className="tnum mt-1 flex justify-between text-2xs text-faint">
        <span>{when(first.at)}</span>
        <span>{numberWords.healthOf100(now)}</span>
      </figcaption>
    </figure>
  );
}

const y = (score: number) => HEIGHT - (score / 100) * HEIGHT;

function Rows({ known }: { known: Point[] }) {
  return (
    <ScrollingTable label={words.title}>
      <thead>
        <tr className="text-xs text-faint">
          <Head className="px-2">{words.when}</Head>
          <Head className="px-2">{words.score}</Head>
          <Head className="px-2">{words.why}</Head>
        </tr>
      </thead>
      <tbody>
        {known.toReversed().map((point) => (
          <tr key={point.position} className="border-b align-top last:border-0">
            <th scope="row" className="px-2 py-1 text-start font-normal whitespace-nowrap">
              {when(point.at)}
            </th>
            <td className="px-2 py-1 font-medium">{point.score}</td>
            <td className="px-2 py-1 text-soft">
              {point.deductions.map(({ cause }) => causeSaid(cause)).join(", ")}
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollingTable>
  );
}
