import { t } from "@/i18n/catalogue";

type Known = readonly (readonly [name: string, mark: RegExp])[];

/** Most browsers also say that they are Chrome or Safari: the first that fits is meant. */
const BROWSERS: Known = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /(Chrome|CriOS)\//],
  ["Safari", /\bVersion\/\S+ .*\bSafari\//],
];

/** Android says that it is Linux too. */
const SYSTEMS: Known = [
  ["iPhone", /\biPhone\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows NT\b/],
  ["macOS", /\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
];

/** Browsers of other makers, which say that they are Chrome or Safari as well. */
const OTHERS = /\b(OPR|OPT|SamsungBrowser|Vivaldi|YaBrowser|Ddg)\//;

const first = (known: Known, agent: string) => known.find(([, mark]) => mark.test(agent))?.[0];

/** Browser and system in plain words; null for what is not known for certain. */
export function deviceOf(agent: string): string | null {
  const browser = OTHERS.test(agent) ? undefined : first(BROWSERS, agent);
  const system = first(SYSTEMS, agent);
  return browser && system ? t.security.deviceOf(browser, system) : null;
}
