import { expect, it } from "vitest";
import { toConnectionChange } from "./connection";

const present = { base_url: "https://wa.example", settings: { engine: "NOWEB", path: "/send" } };

it("changes nothing that was not touched, or is as it was", () => {
  expect(toConnectionChange({}, present)).toEqual({});
  const again = {
    base_url: " https://wa.example/ ",
    settings: { ...present.settings, delay: " " },
  };
  expect(toConnectionChange(again, present)).toEqual({});
});

it("sends all settings with one that changed, and leaves out those that are as usual again", () => {
  const settings = { ...present.settings, engine: " GOWS ", path: "" };
  expect(toConnectionChange({ settings }, present)).toEqual({ settings: { engine: "GOWS" } });
  expect(toConnectionChange({ settings: {} }, present)).toEqual({ settings: {} });
});

it("moves a number to another address, and leaves it where it is without one", () => {
  expect(toConnectionChange({ base_url: "https://new.example/" }, present)).toEqual({
    base_url: "https://new.example",
  });
  expect(toConnectionChange({ base_url: " " }, present)).toEqual({});
});
