import { describe, expect, it } from "vitest";
import type { Profile, ProviderTemplate } from "@/api/types";
import { aTemplate } from "./a-template";
import { blankUse } from "./template";
import { fits, named, offered, refit, variantsOf } from "./variants";

const aNumber = (business_account: string | null, provider = "cloud_api") =>
  ({ provider, quality: { business_account } }) as Profile;

const part = (text: string, ...places: string[]) => ({ format: "text", text, places });

const long = aTemplate({ account_id: "2", body: part("{{1}} {{2}} {{3}}", "1", "2", "3") });
const pictured = aTemplate({
  account_id: "3",
  header: { format: "image", text: null, places: [] },
});

describe("what is offered", () => {
  it("is each name and language once, of the numbers that send", () => {
    const all = [aTemplate({ account_id: "1" }), aTemplate({ account_id: "2" })];
    const other = aTemplate({ name: "b", provider: "sandbox" });
    expect(offered([...all, other], [aNumber(null)])).toEqual([all[0]]);
    expect(offered([...all, other], [])).toEqual([all[0], other]);
  });

  it("is of the business accounts of those numbers", () => {
    const [first, second] = [aTemplate(), aTemplate({ name: "b", account_id: "2" })];
    expect(offered([first, second], [aNumber("2")])).toEqual([second]);
    expect(offered([first, second], [aNumber("2"), aNumber("1")])).toEqual([first, second]);
    expect(offered([first, second], [aNumber("3"), aNumber(null, "waha")])).toEqual([]);
  });

  it("is what has most to fill, of accounts that differ", () => {
    expect(offered([aTemplate(), long], [])).toEqual([long]);
    expect(offered([aTemplate(), long], [aNumber("1")])[0]?.account_id).toBe("1");
  });
});

describe("variants", () => {
  const counts = (templates: ProviderTemplate[], ...numbers: Profile[]) =>
    variantsOf(templates, long, numbers).map((one) => [one.accounts, one.numbers]);

  it("are those that ask for different things", () => {
    const alike = aTemplate({ account_id: "4", body: part("{{2}}, {{1}}", "2", "1") });
    expect(counts([aTemplate(), alike, long, pictured])).toHaveLength(3);
    expect(counts([aTemplate(), alike])).toEqual([[2, 0]]);
    expect(counts([aTemplate(), { ...long, status: "paused" }])).toEqual([[1, 0]]);
    expect(counts([aTemplate(), { ...long, language: "id" }])).toEqual([[1, 0]]);
  });

  it("are told of the numbers that send", () => {
    const all = [aTemplate(), long];
    expect(counts(all, aNumber("1"), aNumber("2"), aNumber("2"))).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(counts(all, aNumber("1"))).toEqual([[1, 1]]);
  });
});

describe("the one that is meant", () => {
  it("is approved, rather than another of its name", () => {
    const paused = aTemplate({ status: "paused" });
    const good = aTemplate({ account_id: "2" });
    expect(named([paused, good], blankUse(good))).toBe(good);
    expect(named([paused], blankUse(good))).toBe(paused);
    expect(named(undefined, blankUse(good))).toBeUndefined();
  });

  it("asks for what is filled", () => {
    const [short, plain] = [aTemplate(), { ...pictured, header: null, account_id: "5" }];
    expect(named([short, long, pictured], blankUse(short))).toBe(short);
    expect(named([short, long, pictured], blankUse(long))).toBe(long);
    expect(named([plain, pictured], blankUse(pictured))).toBe(pictured);
    expect(named([plain, pictured], blankUse(plain))).toBe(plain);
  });
});

describe("what is filled", () => {
  const button = { kind: "url", text: "Open", url: "https://e.org/{{1}}", takes_suffix: true };
  const full = aTemplate({ header: part("{{1}}", "1"), buttons: [button] });
  const filled = {
    ...blankUse(full),
    header: { type: "text" as const, parameter: { text: "a" } },
    body: [{ text: "b" }, { text: "c" }],
    buttons: [{ index: 0, kind: "url_suffix" as const, text: "d" }],
  };

  it("fits where nothing is missing and nothing too much", () => {
    expect(fits(full, filled)).toBe(true);
    const named = { type: "text" as const, parameter: { name: null, text: "a" } };
    expect(fits(full, { ...filled, header: named })).toBe(true);
    expect(fits(full, { ...filled, buttons: [] })).toBe(false);
    expect(fits(full, { ...filled, header: null })).toBe(false);
    expect(fits(aTemplate(), filled)).toBe(false);
    const media = { media_id: "m", kind: "video" as const };
    expect(fits(pictured, { ...blankUse(pictured), header: { type: "media", media } })).toBe(false);
    const byName = aTemplate({ body: part("{{to}} {{at}}", "to", "at") });
    expect(fits(byName, blankUse(aTemplate()))).toBe(false);
  });

  it("goes over to another variant as far as that has a place for it", () => {
    expect(refit(full, filled)).toEqual(filled);
    expect(refit(long, filled)).toEqual({
      ...blankUse(long),
      body: [{ text: "b" }, { text: "c" }, { text: "" }],
    });
    const media = { media_id: "m", kind: "image" as const };
    const header = { type: "media" as const, media };
    expect(refit(pictured, { ...filled, header }).header).toEqual(header);
    expect(refit(long, { ...filled, header }).header).toBeNull();
    const named = { ...filled, body: [{ name: "at", text: "noon" }] };
    const byName = aTemplate({ body: part("{{to}} {{at}}", "to", "at") });
    expect(refit(byName, named).body?.map(({ text }) => text)).toEqual(["", "noon"]);
  });
});
