import { useMemo } from "react";
import { zoneGroups } from "@/i18n/time-zones";

/** Every time zone, by region, as the options of a list. */
export function ZoneOptions({ chosen }: { chosen: string }) {
  const groups = useMemo(() => zoneGroups(chosen), [chosen]);
  return groups.map((group) => (
    <optgroup key={group.region} label={group.region}>
      {group.zones.map((zone) => (
        <option key={zone.id} value={zone.id}>
          {zone.label}
        </option>
      ))}
    </optgroup>
  ));
}
