import { Form } from "@base-ui/react/form";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { t } from "@/i18n/catalogue";
import { Field, Input } from "./field";

afterEach(cleanup);

it("says at the field what the server refused", () => {
  render(
    <Form errors={{ email: "is registered already" }}>
      <Field name="email" label="Email">
        <Input type="email" required defaultValue="ana@example.org" />
      </Field>
    </Form>,
  );
  expect(screen.getByText("is registered already")).toBeTruthy();
});

it("says in our words what the browser finds, once", async () => {
  render(
    <Form>
      <Field name="email" label="Email">
        <Input type="email" required />
      </Field>
      <button type="submit">Go</button>
    </Form>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Go" }));
  expect(await screen.findAllByText(t.form.required)).toHaveLength(1);
});
