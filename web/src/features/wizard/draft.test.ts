import { describe, expect, it } from "vitest";
import {
  BLANK,
  fromAudience,
  pieces,
  readSearch,
  toAudience,
  toCampaign,
  toForecast,
} from "./draft";

describe("a draft in the URL", () => {
  it("comes back as the audience it was", () => {
    for (const choice of ["all", "list:0b9c", "tags:vip,jakarta"]) {
      const audience = toAudience(choice);
      expect(audience && fromAudience(audience)).toBe(choice);
    }
  });

  it("is no audience while nothing is chosen", () => {
    expect(toAudience("list:")).toBeNull();
    expect(toAudience("tags:")).toBeNull();
  });

  it("ignores a step that does not exist", () => {
    expect(readSearch({ step: 9 }).step).toBeUndefined();
    expect(readSearch({ step: "3" }).step).toBe(3);
  });

  it("is a campaign only when nothing is missing", () => {
    const whole = { ...BLANK, name: " Sale ", text: "Hi", package: "p" };
    expect(toCampaign(whole)).toEqual({
      name: "Sale",
      audience: { all: true },
      template_text: "Hi",
      package_id: "p",
    });
    expect(toCampaign({ ...whole, text: "  " })).toBeNull();
  });
});

it("finds a variable with blanks in its name or with a fallback", () => {
  const names = (text: string) => pieces(text).flatMap((p) => p.variable ?? []);
  expect(names("{{order no}} {{city | our town}} {{ }} {{a,b}}")).toEqual(["order no", "city"]);
});

it("asks about the audience before the text is written", () => {
  expect(toForecast({ ...BLANK, text: " " })).toEqual({
    audience: { all: true },
    template_text: "…",
    package_id: null,
  });
});

it("finds the variables of a text and nothing else", () => {
  expect(pieces("Hi {{ name }}, {{order_no}}{x}").map((p) => p.variable)).toEqual([
    null,
    "name",
    null,
    "order_no",
    null,
  ]);
  expect(
    pieces("Hi {{ name }}, {{order_no}}{x}")
      .map((p) => p.text)
      .join(""),
  ).toBe("Hi {{ name }}, {{order_no}}{x}");
});
