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
  // A colour in the middle of a transition is nobody's colour, and what arrives meanwhile fades in too.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      // Its end at once, instead of waiting for one that may never be drawn.
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
  await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: Run } }).axe;
    const { violations: rules } = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    });
    return rules.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`),
    );
  });
  await page.emulateMedia({ reducedMotion: null });
  return found;
}

/** The same in both themes and both widths, for what is only there while a test has it open. */
export async function violationsEverywhere(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  const theme = await page.locator("html").getAttribute("data-theme");
  const wear = (name: string | null) =>
    page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen ?? "light";
    }, name);
  const found: string[] = [];
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    for (const name of ["light", "dark"]) {
      await wear(name);
      found.push(...(await violations(page)).map((text) => `${name} ${width}: ${text}`));
    }
  }
  await wear(theme);
  await page.setViewportSize(before);
  return found;
}
