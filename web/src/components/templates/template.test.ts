import { describe, expect, it } from "vitest";
import type { Profile } from "@/api/types";
import { aTemplate } from "./a-template";
import {
  blankUse,
  hasEmptyPlaces,
  hasTemplate,
  isMatch,
  isUsable,
  lacksFile,
  nameOf,
  pieces,
  placesOf,
  shareOf,
  textOf,
} from "./template";

const aNumber = (business_account: string | null, provider = "cloud_api") =>
  ({ provider, quality: { business_account } }) as Profile;

const part = (text: string, ...places: string[]) => ({ format: "text", text, places });

describe("the places of a template", () => {
  it("are sent by number where they have numbers, wherever they stand", () => {
    expect(placesOf(part("{{2}} {{10}} {{1}}", "2", "10", "1"))).toEqual(["1", "2", "10"]);
    expect(placesOf(part("{{to}} {{at}}", "to", "at"))).toEqual(["to", "at"]);
    expect(placesOf(null)).toEqual([]);
  });

  it("stand between the pieces of the text", () => {
    expect(pieces("Hi {{ name }}, {{1}}!").map(({ place }) => place)).toEqual([
      null,
      "name",
      null,
      "1",
      null,
    ]);
  });

  it("have names only where the provider gives them names", () => {
    expect(blankUse(aTemplate()).body).toEqual([{ text: "" }, { text: "" }]);
    const byName = aTemplate({ body: part("{{to}}", "to") });
    expect(blankUse(byName).body).toEqual([{ name: "to", text: "" }]);
  });

  it("are all asked for: of the header, the text and the addresses of buttons", () => {
    const button = { kind: "url", text: "Open", url: "https://e.org/{{1}}", takes_suffix: true };
    const reply = { kind: "quick_reply", text: "Yes", url: null, takes_suffix: false };
    const template = aTemplate({ header: part("{{1}}", "1"), buttons: [reply, button] });
    const use = blankUse(template);
    expect(use.buttons).toEqual([{ index: 1, kind: "url_suffix", text: "" }]);
    expect(use.header).toEqual({ type: "text", parameter: { text: "" } });
    const filled = { ...use, body: [{ text: "a" }, { text: "b" }] };
    expect(hasEmptyPlaces(filled)).toBe(true);
    const header = { type: "text", parameter: { text: "c" } } as const;
    const button0 = { index: 1, kind: "url_suffix", text: " " } as const;
    expect(hasEmptyPlaces({ ...filled, header, buttons: [button0] })).toBe(true);
    expect(hasEmptyPlaces({ ...filled, header, buttons: [{ ...button0, text: "d" }] })).toBe(false);
  });

  it("have a file beside them where the header shows one", () => {
    const picture = aTemplate({ header: { format: "image", text: null, places: [] } });
    const use = blankUse(picture);
    expect(lacksFile(picture, use)).toBe(true);
    const media = { media_id: "m", kind: "image" } as const;
    expect(lacksFile(picture, { ...use, header: { type: "media", media } })).toBe(false);
    expect(lacksFile(aTemplate(), use)).toBe(false);
  });
});

describe("what people read of it", () => {
  it("has what fills it, and marks what nothing fills", () => {
    const template = aTemplate({ body: part("{{2}} for {{1}}, {{1}}", "2", "1") });
    const use = { ...blankUse(template), body: [{ text: "{{name}}" }, { text: " " }] };
    expect(textOf(template, use)).toBe("{{2}} for {{name}}, {{name}}");
  });
});

describe("what is offered", () => {
  it("is approved, still there, and made of what a message can fill", () => {
    expect(isUsable(aTemplate())).toBe(true);
    expect(isUsable(aTemplate({ status: "paused" }))).toBe(false);
    expect(isUsable(aTemplate({ gone: true }))).toBe(false);
    const place = { format: "location", text: null, places: [] };
    expect(isUsable(aTemplate({ header: place }))).toBe(false);
    const coupon = { kind: "copy_code", text: "Copy", url: null, takes_suffix: false };
    expect(isUsable(aTemplate({ buttons: [coupon] }))).toBe(false);
  });

  it("is found by its name and by what it says", () => {
    expect(isMatch(aTemplate(), " IS READY")).toBe(true);
    expect(isMatch(aTemplate({ footer: "Bye" }), "bye")).toBe(true);
    expect(isMatch(aTemplate(), "nothing like it")).toBe(false);
  });
});

describe("a number has a template", () => {
  const wanted = aTemplate();
  const paused = aTemplate({ account_id: "2", status: "paused" });
  const all = [wanted, paused];

  it("that is approved in its business account", () => {
    const { name, language } = wanted;
    expect(hasTemplate(aNumber("1"), all, { name, language })).toBe(true);
    expect(hasTemplate(aNumber("2"), all, { name, language })).toBe(false);
    expect(hasTemplate(aNumber("1"), all, { name, language: "id" })).toBe(false);
  });

  it("that has a place for each value", () => {
    const use = blankUse(wanted);
    expect(hasTemplate(aNumber("1"), all, use)).toBe(true);
    expect(hasTemplate(aNumber("1"), all, { ...use, body: use.body?.slice(1) })).toBe(false);
  });

  it("unless something is known against it", () => {
    expect(hasTemplate(aNumber("3"), all, nameOf(wanted))).toBe(true);
    expect(hasTemplate(aNumber(null), all, nameOf(wanted))).toBe(true);
    expect(hasTemplate(aNumber("1"), [], nameOf(wanted))).toBe(true);
  });

  it("with others of its package, of which those without templates do not count", () => {
    const numbers = [aNumber("1"), aNumber("2"), aNumber("3"), aNumber(null, "waha")];
    expect(shareOf(numbers, all, nameOf(wanted))).toEqual({ have: 2, all: 3 });
  });
});
