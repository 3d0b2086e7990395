import { describe, expect, it } from "vitest";
import type { Attachment, MediaFile, MediaKind, Provider, ProviderName } from "@/api/types";
import {
  choices,
  contentKind,
  coordinates,
  fileSize,
  isSilent,
  mediaIdOf,
  mostText,
  sends,
  typeName,
  usualKind,
} from "./content";

const file = (kind: MediaKind, sendable: Partial<Record<ProviderName, MediaKind[]>>) =>
  ({
    id: "m",
    kind,
    sendable: Object.entries(sendable).map(([provider, kinds]) => ({ provider, kinds })),
  }) as MediaFile;
const as = (kind: MediaKind): Attachment => ({ type: "media", media_id: "m", kind });
const place: Attachment = { type: "location", latitude: 52.5, longitude: 13.4 };

describe("as what a file is sent", () => {
  const webp = file("sticker", { cloud_api: ["document", "sticker"], waha: ["image", "document"] });

  it("is its own kind first, then what else some number takes it as", () => {
    expect(choices(webp)).toEqual(["sticker", "image", "document"]);
    expect(choices(webp, ["waha"])).toEqual(["image", "document"]);
    expect(usualKind(webp, ["waha"])).toBe("image");
    expect(usualKind(webp, ["cloud_api"])).toBe("sticker");
  });

  it("is nothing where nobody takes it", () => {
    expect(choices(file("image", { waha: [] }))).toEqual([]);
    expect(choices(webp, ["green_api"])).toEqual([]);
  });

  it("goes by the file where it is not said", () => {
    expect(contentKind({ type: "media", media_id: "m" }, { kind: "video" })).toBe("video");
    expect(contentKind(as("document"), { kind: "video" })).toBe("document");
    expect(contentKind(place)).toBe("location");
    expect(contentKind(null)).toBe("text");
  });
});

it("knows how long the text beside it may be", () => {
  expect(mostText("text")).toBe(4096);
  expect(mostText("image")).toBe(1024);
  expect(mostText("buttons")).toBe(1024);
  for (const kind of ["audio", "voice", "sticker", "location", "contacts"] as const) {
    expect(isSilent(kind)).toBe(true);
    expect(mostText(kind)).toBe(0);
  }
});

describe("which numbers cannot send it", () => {
  const providers = [
    { name: "zentra", abilities: { sends: ["text", "image"] } },
    { name: "cloud_api", abilities: { sends: ["text", "image", "location"] } },
  ] as unknown as Provider[];

  it("is told by what the provider says of the file, or of places", () => {
    const video = file("video", { cloud_api: ["video"], zentra: ["document"] });
    expect(sends("cloud_api", as("video"), video, providers)).toBe(true);
    expect(sends("zentra", as("video"), video, providers)).toBe(false);
    expect(sends("zentra", as("document"), video, providers)).toBe(true);
    expect(sends("zentra", place, undefined, providers)).toBe(false);
    expect(sends("cloud_api", place, undefined, providers)).toBe(true);
  });

  it("is no matter of a text, nor of what is not known yet", () => {
    expect(sends("zentra", null, undefined, providers)).toBe(true);
    expect(sends("zentra", as("video"), undefined, providers)).toBe(true);
    expect(sends("zentra", place, undefined, undefined)).toBe(true);
  });
});

it("reads coordinates as maps write them", () => {
  expect(coordinates("52.5163, 13.3777")).toEqual([52.5163, 13.3777]);
  expect(coordinates(" (-6.2; 106.8) ")).toEqual([-6.2, 106.8]);
  expect(coordinates("52.5163° 13.3777°")).toEqual([52.5163, 13.3777]);
  for (const wrong of ["52.5163", "91, 0", "0, 181", "Berlin", "1,2,3"]) {
    expect(coordinates(wrong)).toBeNull();
  }
});

it("writes sizes and types as people do", () => {
  expect([0, 999, 1000, 33_400, 9_960_000, 12_500_000, 2e9].map(fileSize)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "33 kB",
    "10 MB",
    "13 MB",
    "2.0 GB",
  ]);
  expect(typeName("application/pdf", "Price list.pdf")).toBe("PDF");
  expect(typeName("image/svg+xml", null)).toBe("SVG");
  expect(typeName(null, null)).toBe("");
});

it("finds the file also in the header of a template", () => {
  const media = { media_id: "m", kind: "image" as const };
  const template: Attachment = {
    type: "template",
    name: "sale",
    language: "en",
    body: [],
    buttons: [],
    header: { type: "media", media },
  };
  expect(mediaIdOf(template)).toBe("m");
  expect(mediaIdOf(as("image"))).toBe("m");
  expect(mediaIdOf(place)).toBeNull();
});
