import { describe, expect, it } from "vitest";
import { changeable } from "@/api/organisation";
import type { Organisation } from "@/api/team-types";
import { zoneGroups } from "@/i18n/time-zones";
import { isChanged, toChange } from "./profile-form";

const harbour: Organisation = {
  id: "0b9c",
  name: "Harbour Coffee",
  industry: "",
  website: "https://harbour.example",
  description: "",
  business_type: "",
  default_country: "ID",
  time_zone: "Asia/Jakarta",
  retention_days: 14,
  consent_policy: "",
  uncertain_policy: "hold",
  plan: "free",
  requests_per_minute: 600,
  version: 3,
  created_at: "2026-11-01T08:00:00Z",
};

describe("the form of an organisation", () => {
  it("holds what can be changed and nothing else", () => {
    expect(Object.keys(changeable(harbour))).not.toContain("version");
    expect(isChanged(changeable(harbour), harbour)).toBe(false);
  });

  it("is not changed by blanks around a value", () => {
    expect(isChanged({ ...changeable(harbour), name: " Harbour Coffee " }, harbour)).toBe(false);
    expect(isChanged({ ...changeable(harbour), name: "Harbour Tea" }, harbour)).toBe(true);
    expect(isChanged({ ...changeable(harbour), business_type: "company" }, harbour)).toBe(true);
  });

  it("gives an address its scheme, and leaves one that has it alone", () => {
    const website = (text: string) => toChange({ ...changeable(harbour), website: text }).website;
    expect(website(" harbour.example ")).toBe("https://harbour.example");
    expect(website("http://harbour.example")).toBe("http://harbour.example");
    expect(website("")).toBe("");
  });
});

describe("time zones", () => {
  it("are grouped by region, with the chosen one among them", () => {
    const groups = zoneGroups("Asia/Pontianak", ["Asia/Jakarta", "America/Argentina/Buenos_Aires"]);
    expect(groups.map((group) => group.region)).toEqual(["America", "Asia", "UTC"]);
    expect(groups[0]?.zones).toEqual([
      { id: "America/Argentina/Buenos_Aires", label: "Argentina, Buenos Aires" },
    ]);
    expect(groups[1]?.zones.map((zone) => zone.id)).toEqual(["Asia/Jakarta", "Asia/Pontianak"]);
  });

  it("are each there once", () => {
    const ids = zoneGroups("UTC").flatMap((group) => group.zones.map((zone) => zone.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("UTC");
  });
});
