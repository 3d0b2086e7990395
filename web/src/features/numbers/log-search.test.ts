import { expect, it } from "vitest";
import { packageMessagesFile } from "@/api/packages";
import { isFiltered, NO_FILTER, readLogSearch, toFilter } from "./log-search";

const url = {
  status: "failed",
  number: "n1",
  failure: "throttle",
  from: "2026-11-01",
  to: "2026-11-20",
  message: "m1",
};

it("takes from the address what it knows, and leaves the rest", () => {
  expect(readLogSearch(url)).toEqual(url);
  expect(readLogSearch({ status: "lost", failure: "bad_luck", from: "soon", other: 1 })).toEqual({
    ...NO_FILTER,
    message: undefined,
  });
});

it("asks for whole days, and not for what is only shown", () => {
  const { from, to, ...rest } = toFilter(readLogSearch(url));
  expect(rest).toEqual({ status: "failed", profile_id: "n1", error_class: "throttle" });
  expect(new Date(from ?? "")).toEqual(new Date(2026, 10, 1));
  expect(new Date(to ?? "")).toEqual(new Date(2026, 10, 21));
});

it("is filtered by anything but the message that is open", () => {
  expect(isFiltered(readLogSearch({ message: "m1" }))).toBe(false);
  expect(isFiltered(readLogSearch({ failure: "ban" }))).toBe(true);
  expect(isFiltered({ ...readLogSearch(url), ...NO_FILTER })).toBe(false);
});

it("exports what is listed", () => {
  const search = readLogSearch({ failure: "number", number: "n1", message: "m1" });
  expect(packageMessagesFile("p1", toFilter(search))).toBe(
    "/packages/p1/messages/export?profile_id=n1&error_class=number",
  );
});
