import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Button } from "./button";

afterEach(cleanup);

it("says why it is disabled, stays reachable and does nothing", async () => {
  const act = vi.fn();
  render(
    <Button reason="The wallet has too few points." onClick={act}>
      Start
    </Button>,
  );
  const button = screen.getByRole("button", { name: /Start.*too few points/ });
  await userEvent.tab();
  expect(document.activeElement).toBe(button);
  await userEvent.keyboard("{Enter}");
  await userEvent.click(button);
  expect(act).not.toHaveBeenCalled();
  expect(button.getAttribute("aria-disabled")).toBe("true");
});

it("is pressed once while its command is under way", async () => {
  const act = vi.fn();
  const { rerender } = render(<Button onClick={act}>Pause</Button>);
  await userEvent.click(screen.getByRole("button"));
  rerender(
    <Button pending onClick={act}>
      Pause
    </Button>,
  );
  await userEvent.click(screen.getByRole("button"));
  expect(act).toHaveBeenCalledOnce();
});
