import { expect, it } from "vitest";
import { BLANK, reasonAgainst, recipientsOf, type SendDraft, toBody } from "./draft";

const dewi = { id: "1", name: "Dewi", phone: "+6281234567890" };
const draft: SendDraft = { ...BLANK, pasted: "0812 1, 0812 2", chosen: [dewi], text: "Hello" };

it("goes to each number once, whichever way it was given", () => {
  const twice = { ...draft, pasted: "+6281234567890\n0812 2\n0812 2" };
  expect(recipientsOf(twice)).toEqual(["+6281234567890", "0812 2"]);
});

it("leaves to the server what was left empty", () => {
  expect(JSON.parse(JSON.stringify(toBody(draft, "Asia/Jakarta")))).toEqual({
    type: "text",
    text: "Hello",
    recipients: ["+6281234567890", "0812 1", "0812 2"],
    options: { waiting_strategy: null, drip_interval_minutes: null, schedule_at: null },
  });
});

it("says pace, beginning and ground", () => {
  const whole: SendDraft = {
    ...draft,
    country: "ID",
    name: " Ferry ",
    strategy: "drip",
    minutes: "5",
    at: "2026-12-01T09:00",
    source: "order form",
    proof: " 4711 ",
  };
  expect(toBody(whole, "Asia/Jakarta")).toMatchObject({
    name: "Ferry",
    default_country: "ID",
    options: {
      waiting_strategy: "drip",
      drip_interval_minutes: 5,
      schedule_at: "2026-12-01T02:00:00.000Z",
    },
    consent: { source: "order form", proof: "4711" },
  });
});

it.each<[string, Partial<SendDraft>, RegExp | null]>([
  ["nobody", { pasted: "", chosen: [] }, /Enter a number/],
  ["no text", { text: " " }, /Write the text/],
  ["a text that is too long", { text: "a".repeat(4097) }, /longer than/],
  ["a drip without minutes", { strategy: "drip" }, /how many minutes/],
  ["a time that is not chosen", { at: "" }, /Choose the day/],
  ["a proof of no ground", { proof: "4711" }, /on what ground/],
  ["all that is needed", {}, null],
])("knows %s", (_, part, reason) => {
  const said = reasonAgainst({ ...draft, ...part });
  if (reason) expect(said).toMatch(reason);
  else expect(said).toBeNull();
});
