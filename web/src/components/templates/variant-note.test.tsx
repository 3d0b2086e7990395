import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { templateList } from "@/api/templates";
import type { Profile, ProviderTemplate, TemplateUse } from "@/api/types";
import { open } from "@/components/rig";
import { aTemplate } from "./a-template";
import { blankUse } from "./template";
import { VariantNote } from "./variant-note";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const short = aTemplate();
const long = aTemplate({
  account_id: "2",
  body: { format: "text", text: "{{1}} {{2}} {{3}}", places: ["1", "2", "3"] },
});
const numbers = ["1", "2", "2"].map(
  (business_account) => ({ provider: "cloud_api", quality: { business_account } }) as Profile,
);

function show(use: TemplateUse, items: ProviderTemplate[], over: Profile[] = []) {
  const onChange = vi.fn();
  const note = <VariantNote use={use} numbers={over} onChange={onChange} />;
  return { onChange, ...open(note, () => ({ items, next_cursor: null })) };
}

it("says that accounts have a template otherwise, and lets each variant be filled", async () => {
  const use = { ...blankUse(long), body: [{ text: "a" }, { text: "b" }, { text: "c" }] };
  const { onChange } = show(use, [short, long], numbers);
  expect(await screen.findByText(/^2 business accounts have this template/)).toBeTruthy();
  const choice = screen.getByRole("combobox", { name: "Fill it as" });
  expect([...choice.querySelectorAll("option")].map(({ text }) => text)).toEqual([
    "{{1}} {{2}} {{3}} · 2 numbers",
    "{{1}} {{2}} · 1 number",
  ]);
  await userEvent.selectOptions(choice, "{{1}} {{2}} · 1 number");
  expect(onChange).toHaveBeenCalledWith(short, {
    ...blankUse(short),
    body: [{ text: "a" }, { text: "b" }],
  });
});

it("says so where the numbers have it otherwise than it is filled", async () => {
  const { onChange } = show(blankUse(long), [short, long], numbers.slice(0, 1));
  expect(await screen.findByText(/^What is filled does not match/)).toBeTruthy();
  const choice = screen.getByRole("combobox", { name: "Fill it as" });
  await userEvent.selectOptions(choice, "{{1}} {{2}} · 1 number");
  expect(onChange).toHaveBeenCalledWith(short, blankUse(short));
});

it("says nothing where all have it alike", async () => {
  const { client } = show(
    blankUse(short),
    [short, { ...short, id: "other", account_id: "2" }],
    numbers,
  );
  await vi.waitFor(() => expect(client.getQueryData(templateList().queryKey)).toHaveLength(2));
  expect(screen.queryByRole("combobox")).toBeNull();
});
