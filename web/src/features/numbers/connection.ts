import type { Connection, ProfileChange } from "@/api/types";

/** What was touched of a connection in its form; the rest is shown as it is. */
export type ConnectionText = Partial<Connection>;

const said = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
  );

/** Addresses are kept without a slash at their end. */
const address = (text: string) => text.trim().replace(/\/+$/, "");

const same = (one: Record<string, string>, other: Record<string, string>) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name] === value);

/** Only what is another than it was. Settings go all together: one that is left out is as usual. */
export function toConnectionChange(
  { base_url, settings }: ConnectionText,
  present: Connection,
): Pick<ProfileChange, "base_url" | "settings"> {
  const url = address(base_url ?? "");
  const more = settings && said(settings);
  return {
    ...(url !== "" && url !== address(present.base_url) && { base_url: url }),
    ...(more && !same(more, present.settings) && { settings: more }),
  };
}
