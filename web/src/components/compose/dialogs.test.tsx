import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
// Fetched on demand by the page; here it is there from the beginning.
import "@/components/ui/dialog-window";
import ButtonsDialog from "./buttons-dialog";
import CardsDialog from "./cards-dialog";
import ListDialog from "./list-dialog";

afterEach(cleanup);

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const type = async (label: string, text: string) => {
  const field = await screen.findByRole("textbox", { name: label });
  await userEvent.clear(field);
  await userEvent.type(field, text);
};

it("attaches cards only with a way to reach whom they are of", async () => {
  const onMade = vi.fn();
  render(<CardsDialog onClose={vi.fn()} onMade={onMade} />);
  await type("Name", "Main office");
  await press("Attach");
  expect(screen.getByText("Give a phone number or an email.")).toBeTruthy();
  expect(onMade).not.toHaveBeenCalled();
  await type("Phone", "+62 (812) 345-6789");
  await press("Attach");
  expect(onMade).toHaveBeenCalledWith({
    type: "contacts",
    cards: [
      {
        formatted_name: "Main office",
        organisation: undefined,
        phones: ["+628123456789"],
        emails: [],
      },
    ],
  });
});

it("shows at its field what the server found wrong", async () => {
  const initial = {
    type: "contacts" as const,
    cards: [{ formatted_name: "Shop", phones: ["+999"], emails: [] }],
  };
  const wrong = { "attachment.cards[0].phones[0]": "is no telephone number" };
  render(<CardsDialog initial={initial} wrong={wrong} onClose={vi.fn()} onMade={vi.fn()} />);
  const phone = await screen.findByRole("textbox", { name: "Phone" });
  expect(phone.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("is no telephone number")).toBeTruthy();
});

it("takes up to three buttons that say different things", async () => {
  const onMade = vi.fn();
  render(<ButtonsDialog onClose={vi.fn()} onMade={onMade} />);
  await type("Button 1", "Yes");
  await press("Add a button");
  await type("Button 2", "Yes");
  await press("Attach");
  expect(screen.getByText("Another one says the same.")).toBeTruthy();
  expect(onMade).not.toHaveBeenCalled();
  await type("Button 2", "No");
  await press("Add a button");
  await type("Button 3", "Later");
  const add = screen.getByRole("button", { name: /^Add a button/ });
  expect(add.getAttribute("data-reason")).toBe("3 buttons at most.");
  await press("Attach");
  expect(onMade.mock.lastCall?.[0].buttons).toEqual([
    { id: "yes", title: "Yes" },
    { id: "no", title: "No" },
    { id: "later", title: "Later" },
  ]);
});

it("keeps the ids of a list that is changed, and needs titles where there are several sections", async () => {
  const onMade = vi.fn();
  const initial = {
    type: "list" as const,
    button: "Menu",
    sections: [{ title: "", rows: [{ id: "42", title: "Tea" }] }],
  };
  render(<ListDialog initial={initial} onClose={vi.fn()} onMade={onMade} />);
  await press("Add a choice");
  await type("Choice 2", "Coffee");
  await press("Add a section");
  await press("Keep the changes");
  expect(onMade).not.toHaveBeenCalled();
  await press("Remove section 2");
  await press("Keep the changes");
  expect(onMade).toHaveBeenCalledWith({
    type: "list",
    button: "Menu",
    sections: [
      {
        title: "",
        rows: [
          { id: "42", title: "Tea", description: undefined },
          { id: "coffee", title: "Coffee", description: undefined },
        ],
      },
    ],
  });
});
