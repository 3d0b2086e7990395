import { describe, expect, it } from "vitest";
import { aTemplate } from "@/components/templates/a-template";
import { filtered } from "./filtered";
import { readSearch } from "./search";

const sale = aTemplate({ name: "sale", language: "id", account_id: "2" });
const order = aTemplate({ name: "order", body: { format: "text", text: "Hi", places: [] } });
const gone = aTemplate({ name: "old", gone: true });
const all = [sale, order, gone];
const names = (search: Parameters<typeof filtered>[1]) =>
  filtered(all, search).map(({ name }) => name);

describe("templates that are looked for", () => {
  it("are those that the provider has, unless the others are asked for", () => {
    expect(names({})).toEqual(["sale", "order"]);
    expect(names({ status: "gone" })).toEqual(["old"]);
    expect(names({ status: "approved" })).toEqual(["sale", "order"]);
  });

  it("are found by language, account, name and text, and all of it holds", () => {
    expect(names({ language: "id" })).toEqual(["sale"]);
    expect(names({ account: "2" })).toEqual(["sale"]);
    expect(names({ q: " HI" })).toEqual(["order"]);
    expect(names({ q: "ord" })).toEqual(["sale", "order"]);
    expect(names({ q: "hi", language: "id" })).toEqual([]);
  });
});

it("takes an account of digits from the URL as the text that it is", () => {
  expect(readSearch({ account: 102, status: "", open: ["x"] })).toEqual({ account: "102" });
});
