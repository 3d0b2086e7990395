export type ZoneGroup = { region: string; zones: { id: string; label: string }[] };

/** IANA time zones by region; the one that is chosen is among them, whatever the browser knows. */
export function zoneGroups(
  chosen: string,
  known: readonly string[] = Intl.supportedValuesOf("timeZone"),
): ZoneGroup[] {
  const groups = new Map<string, ZoneGroup>();
  for (const id of [...new Set(["UTC", ...known, chosen])].filter(Boolean).sort()) {
    const [region, ...place] = id.split("/");
    if (!region) continue;
    const name = place.length > 0 ? region : "UTC";
    const group = groups.get(name) ?? { region: name, zones: [] };
    groups.set(name, group);
    group.zones.push({ id, label: (place.join(", ") || id).replaceAll("_", " ") });
  }
  return [...groups.values()];
}
