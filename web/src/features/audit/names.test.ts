import { expect, it } from "vitest";
import { actionName, actorName, targetName, valueText } from "./names";

it("says an operation in plain words", () => {
  expect(actionName("campaigns_start")).toBe("Start a campaign");
  expect(actionName("brand_new_thing")).toBe("Brand new thing");
  expect(actionName("constructor")).toBe("Constructor");
});

it("says what it is about in the words of the other screens", () => {
  expect(["campaign", "profile", "tenant", "api_key", "brand_new"].map(targetName)).toEqual([
    "Campaign",
    "Number",
    "Organisation",
    "API key",
    "Brand new",
  ]);
});

it("says who it was, or that it is not known", () => {
  expect(actorName({ actor: "user:a", actor_name: "Nadia Karim" })).toBe("Nadia Karim");
  expect(actorName({ actor: "api_key:k", actor_name: "Shop" })).toBe("API key “Shop”");
  expect(actorName({ actor: "api_key:k", actor_name: null })).toMatch(/^An API key that is not/);
  expect(actorName({ actor: "user:a", actor_name: null })).toMatch(/not here any more/);
  expect(actorName({ actor: "anonymous", actor_name: null })).toMatch(/has not shown/);
});

it("writes values for people", () => {
  expect([null, undefined, ""].map(valueText)).toEqual(["–", "–", "–"]);
  expect([true, false, 0, "a"].map(valueText)).toEqual(["yes", "no", "0", "a"]);
  expect(valueText(["a", 1])).toBe('[\n "a",\n 1\n]');
});
