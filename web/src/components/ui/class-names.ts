import { type ClassValue, clsx } from "clsx";

const POSITION = /^(static|fixed|absolute|relative|sticky)$/;
const LENGTH =
  /^-?(size|h|w|min-h|max-h|min-w|max-w|p|px|py|ps|pe|m|mx|my|ms|me|mt|mb|gap|leading|z)-/;
const TEXT_SIZE = /^text-(2xs|xs|sm|base|lg|xl|\dxl|\[[\d.])/;
const TEXT_ALIGN = /^text-(start|end|center|left|right)$/;
const WEIGHT = /^font-(light|normal|medium|semibold|bold)$/;
const BORDER_SHAPE = /^border-([xytbse]|\d|solid|dashed|none)(-|$)/;

/** What a utility decides, or nothing where it adds to what the others say. */
function decides(utility: string): string | null {
  if (POSITION.test(utility)) return "position";
  const length = LENGTH.exec(utility);
  if (length) return length[1] as string;
  if (TEXT_SIZE.test(utility)) return "text-size";
  if (TEXT_ALIGN.test(utility)) return "text-align";
  if (WEIGHT.test(utility)) return "weight";
  if (utility.startsWith("text-")) return "text-colour";
  if (utility.startsWith("bg-")) return "background";
  if (utility.startsWith("resize")) return "resize";
  if (utility.startsWith("border-") && !BORDER_SHAPE.test(utility)) return "border-colour";
  return null;
}

function merge(names: string): string {
  const decided = new Set<string>();
  const kept: string[] = [];
  for (const name of names.split(" ").reverse()) {
    const at = name.lastIndexOf(":") + 1;
    const what = decides(name.slice(at));
    if (what !== null) {
      const variant = name.slice(0, at);
      if (decided.has(variant + what)) continue;
      decided.add(variant + what);
      if (what === "size") decided.add(`${variant}h`).add(`${variant}w`);
    }
    kept.push(name);
  }
  return kept.reverse().join(" ");
}

const known = new Map<string, string>();

/** Joins class names; the later of two that contradict each other wins. */
export function cn(...values: ClassValue[]): string {
  const names = clsx(values);
  let merged = known.get(names);
  if (merged === undefined) {
    merged = merge(names);
    known.set(names, merged);
  }
  return merged;
}
