import { expect, it } from "vitest";
import type { Package, Profile, Provider } from "@/api/types";
import { aTemplate } from "@/components/templates/a-template";
import { type Known, leftOut, templateShare, whyNobody, whyNot } from "./senders";

const number = (name: string, business_account: string | null, provider = "cloud_api") =>
  ({ name, provider, quality: { business_account } }) as Profile;
const pack = (...profiles: Profile[]) => ({ profiles }) as Package;
const provider = (name: string, ...kinds: string[]) =>
  ({ name, abilities: { sends: kinds } }) as unknown as Provider;

const [has, lacks, other] = [number("A", "1"), number("B", "2"), number("C", null, "waha")];
const known: Known = {
  attachment: { type: "template", name: "order_ready", language: "en_US" },
  file: undefined,
  providers: [provider("cloud_api", "text", "template"), provider("waha", "text")],
  templates: [aTemplate(), aTemplate({ name: "b", account_id: "2" })],
};

it("says of a number that it does not send templates, or not this one", () => {
  expect(whyNot(has, known)).toBeNull();
  expect(whyNot(lacks, known)).toBe("Without the template");
  expect(whyNot(other, known)).toBe("Cannot send the attachment");
  expect(whyNot(other, { ...known, attachment: null })).toBeNull();
});

it("counts the numbers of a package that have it, where not all do", () => {
  expect(templateShare(pack(has, has, lacks), known)).toBe("2 of 3 numbers have it");
  expect(templateShare(pack(has, other), known)).toBeNull();
  expect(templateShare(pack(lacks), known)).toBe("None of the numbers has it");
  expect(templateShare(pack(lacks), { ...known, attachment: null })).toBeNull();
  expect(templateShare(pack(lacks), { ...known, templates: undefined })).toBeNull();
});

it("tells who is left out", () => {
  expect(leftOut(pack(has, lacks, other), known)).toEqual([
    "Cannot send it (template) and will be left out: C.",
    "These numbers are left out, because their account does not have the template approved like this: B.",
  ]);
  expect(leftOut(pack(has), known)).toEqual([]);
  expect(leftOut(undefined, known)).toEqual([]);
});

it("tells why nobody would send it, and nothing where one number does", () => {
  expect(whyNobody(pack(lacks, other), known)).toBe(
    "No number of this package has the template approved.",
  );
  expect(whyNobody(pack(other), known)).toBe("No number of this package can send it (template).");
  expect(whyNobody(pack(has, lacks, other), known)).toBeNull();
  expect(whyNobody(pack(), known)).toBeNull();
});
