import { describe, expect, it } from "vitest";
import type { MediaKind } from "@/api/types";
import { type Enclosed, parts } from "./outbox";

const file = (kind: MediaKind): Enclosed => ({
  attachment: { type: "media", media_id: kind, kind },
  file: null,
});
const shown = (text: string, ...kinds: MediaKind[]) =>
  parts(text, kinds.map(file)).map((part) => [
    part.enclosed?.attachment.type === "media" ? part.enclosed.attachment.kind : null,
    part.text,
  ]);

describe("a reply with what is attached to it", () => {
  it("is one message where nothing is attached", () => {
    expect(shown("Hi")).toEqual([[null, "Hi"]]);
  });

  it("is a message for each, the text being the caption of the first", () => {
    expect(shown("Our menu", "image", "document")).toEqual([
      ["image", "Our menu"],
      ["document", ""],
    ]);
  });

  it("gives the text to the first that can have one", () => {
    expect(shown("Listen", "voice", "image")).toEqual([
      ["voice", ""],
      ["image", "Listen"],
    ]);
  });

  it("gives the text to buttons before anything that can do without", () => {
    const buttons: Enclosed = {
      attachment: { type: "buttons", buttons: [{ id: "yes", title: "Yes" }] },
      file: null,
    };
    const texts = parts("Which?", [file("image"), buttons]).map((part) => part.text);
    expect(texts).toEqual(["", "Which?"]);
  });

  it("sends the text by itself after what has none", () => {
    expect(shown("Listen", "voice")).toEqual([
      ["voice", ""],
      [null, "Listen"],
    ]);
    expect(shown("", "voice")).toEqual([["voice", ""]]);
  });
});
