import { describe, expect, it } from "vitest";
import type { Attachment, CampaignDraft, MediaKind } from "@/api/types";
import {
  BLANK,
  fromAudience,
  LATER,
  overStored,
  paceOf,
  pieces,
  toAudience,
  toCampaign,
  toForecast,
  toPace,
  toSpread,
  whatMessageLacks,
} from "./draft";
import { readSearch } from "./search";

describe("a draft in the URL", () => {
  it("comes back as the audience it was", () => {
    for (const choice of ["all", "list:0b9c", "tags:vip,jakarta", "contacts:a,b"]) {
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
    expect(toCampaign(whole, "UTC")).toEqual({
      name: "Sale",
      audience: { all: true },
      template_text: "Hi",
      package_id: "p",
    });
    expect(toCampaign({ ...whole, text: "  " }, "UTC")).toBeNull();
  });
});

it("finds a variable with blanks in its name or with a fallback", () => {
  const names = (text: string) => pieces(text).flatMap((p) => p.variable ?? []);
  expect(names("{{order no}} {{city | our town}} {{ }} {{a,b}}")).toEqual(["order no", "city"]);
});

it("asks about the audience before the text is written", () => {
  expect(toForecast({ ...BLANK, text: " " }, "UTC")).toEqual({
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

describe("when and how fast", () => {
  it("is the package's business unless it is said", () => {
    expect(toSpread(BLANK, "UTC")).toEqual({});
    expect(paceOf("")).toEqual({ strategy: "", minutes: "" });
    expect(paceOf("nonsense")).toEqual({ strategy: "", minutes: "" });
  });

  it("begins by the clock of the organisation, wherever the browser is", () => {
    expect(toSpread({ pace: "drip:5", at: "2026-11-01T09:00" }, "Asia/Jakarta")).toEqual({
      waiting_strategy: "drip",
      drip_interval_minutes: 5,
      schedule_at: "2026-11-01T02:00:00.000Z",
    });
  });

  it("is not complete without its minutes and its time", () => {
    expect(toSpread({ pace: toPace("drip", ""), at: "" }, "UTC")).toBeNull();
    expect(toSpread({ pace: "drip:0", at: "" }, "UTC")).toBeNull();
    expect(toSpread({ pace: "drip:1441", at: "" }, "UTC")).toBeNull();
    expect(toSpread({ pace: "", at: LATER }, "UTC")).toBeNull();
    expect(
      toCampaign({ ...BLANK, name: "A", text: "B", package: "p", at: LATER }, "UTC"),
    ).toBeNull();
  });

  it("is asked about without it meanwhile", () => {
    expect(toForecast({ ...BLANK, at: LATER }, "UTC")).not.toHaveProperty("schedule_at");
  });

  it("takes back what a stored draft had, though a change cannot leave it out", () => {
    const plain = { name: "A" } as CampaignDraft;
    const package_ = { waiting_strategy: "smart", drip_interval_minutes: null } as const;
    const now = new Date("2026-11-01T00:00:00Z");
    type Stored = Omit<Parameters<typeof overStored>[1], "attachment">;
    const over = (stored: Stored, draft = plain) =>
      overStored(draft, { ...stored, attachment: null }, package_, now);
    expect(over({ waiting_strategy: null, schedule_at: null })).toEqual(plain);
    expect(over({ waiting_strategy: "drip", schedule_at: "2026-12-01T00:00:00Z" })).toEqual({
      name: "A",
      waiting_strategy: "smart",
      schedule_at: "2026-11-01T00:00:00.000Z",
    });
    const said = { ...plain, waiting_strategy: "queued" } as const;
    expect(over({ waiting_strategy: "drip", schedule_at: null }, said)).toEqual(said);
  });
});

describe("what goes with the text", () => {
  const file = (kind: MediaKind) => ({ type: "media", media_id: "m", kind }) as const;
  const place = { type: "location", latitude: 52.5, longitude: 13.4 } as const;
  const whole = { ...BLANK, name: "Sale", package: "p" };

  it("comes back from the URL as it was, and nothing else does", () => {
    expect(readSearch({ attachment: file("image") }).attachment).toEqual(file("image"));
    expect(readSearch({ attachment: place }).attachment).toEqual(place);
    for (const wrong of ["x", 1, null, { type: "poem" }, { type: "media" }, { type: "location" }]) {
      expect(readSearch({ attachment: wrong }).attachment).toBeUndefined();
    }
  });

  it("may stand alone, or with a caption that is not too long", () => {
    const attachment = file("image");
    expect(toCampaign({ ...whole, attachment }, "UTC")).toMatchObject({
      template_text: "",
      attachment,
    });
    expect(whatMessageLacks({ attachment, text: "x".repeat(1024) })).toBeNull();
    expect(whatMessageLacks({ attachment, text: "x".repeat(1025) })).toBe("shorter");
    expect(whatMessageLacks({ attachment: null, text: "x".repeat(1025) })).toBeNull();
    expect(whatMessageLacks({ attachment: null, text: " " })).toBe("text");
  });

  it("leaves out the text where there can be none, and gives it back afterwards", () => {
    for (const attachment of [file("voice"), file("audio"), file("sticker"), place]) {
      const draft = { ...whole, text: "Hi", attachment };
      expect(toCampaign(draft, "UTC")?.template_text).toBe("");
      expect(toForecast(draft, "UTC")?.template_text).toBe("");
      expect(toCampaign({ ...draft, attachment: null }, "UTC")?.template_text).toBe("Hi");
    }
  });

  it("needs a text above buttons and a list, and asks about the audience meanwhile", () => {
    const attachment: Attachment = { type: "buttons", buttons: [{ id: "yes", title: "Yes" }] };
    expect(whatMessageLacks({ attachment, text: " " })).toBe("text");
    expect(toForecast({ ...whole, attachment }, "UTC")).toEqual({
      audience: { all: true },
      template_text: "…",
      package_id: "p",
    });
  });

  it("is a template only with all of its places filled", () => {
    const filled = (text: string): Attachment => ({
      type: "template",
      name: "sale",
      language: "en",
      body: [{ text }],
    });
    const draft = { ...whole, text: "Hi {{1}}", attachment: filled(" ") };
    expect(whatMessageLacks(draft)).toBe("places");
    expect(toCampaign(draft, "UTC")).toBeNull();
    expect(toForecast(draft, "UTC")).not.toHaveProperty("attachment");
    const done = { ...whole, text: "Hi {{name}}", attachment: filled("{{name}}") };
    expect(toCampaign(done, "UTC")).toMatchObject({
      template_text: "Hi {{name}}",
      attachment: filled("{{name}}"),
    });
    expect(toForecast(done, "UTC")).toHaveProperty("attachment");
  });

  it("is taken away from a stored draft by saying so", () => {
    const stored = { waiting_strategy: null, schedule_at: null, attachment: file("image") };
    const plain = { name: "A" } as CampaignDraft;
    expect(overStored(plain, stored, undefined)).toEqual({ name: "A", attachment: null });
    const kept = { ...plain, attachment: place };
    expect(overStored(kept, stored, undefined)).toEqual(kept);
  });
});
