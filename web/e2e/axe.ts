import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Run = (
  root: Document,
  options: object,
) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;

/** Violations of WCAG 2.0 to 2.2, A and AA. Evaluated, because the policy forbids a script tag. */
export async function violations(page: Page): Promise<string[]> {
  // A colour in the middle of a transition is nobody's colour.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .map((a) =>
          a.effect?.getComputedTiming().iterations === Infinity
            ? null
            : a.finished.catch(() => null),
        ),
    ),
  );
  await page.evaluate(source);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: Run } }).axe;
    const { violations: found } = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    });
    return found.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`),
    );
  });
}
