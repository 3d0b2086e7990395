import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "@/api/auth";
import type { Me, Role } from "@/api/types";
import { Profile } from "./profile";

const harbour = {
  id: "a",
  name: "Harbour Coffee",
  industry: "",
  website: "",
  description: "",
  business_type: "company",
  default_country: "ID",
  time_zone: "Asia/Jakarta",
  retention_days: 14,
  consent_policy: "",
  plan: "free",
  requests_per_minute: 600,
  version: 3,
  created_at: "2026-11-01T08:00:00Z",
};

type Answer = { status?: number; body: unknown };

function open(role: Role, answer: (method: string, headers: Headers) => Answer) {
  const who: Me = {
    user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: harbour.name, default_country: "ID", time_zone: "Asia/Jakarta" },
    role,
    sandbox: false,
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path.endsWith("/auth/me")) return new Response(JSON.stringify(who));
    const { status = 200, body } = answer(init.method ?? "GET", new Headers(init.headers));
    return new Response(JSON.stringify(body), { status });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, who);
  render(
    <QueryClientProvider client={client}>
      <Suspense>
        <Profile />
      </Suspense>
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("is looked at, not changed, by those who may not", async () => {
  open("manager", () => ({ body: harbour }));
  expect(await screen.findByText(/need the role Administrator/)).toBeTruthy();
  expect(screen.getByText("Indonesia")).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

it("is saved over the version that was opened", async () => {
  let matched: string | null = null;
  open("admin", (method, headers) => {
    if (method === "PUT") matched = headers.get("If-Match");
    return { body: { ...harbour, industry: "Coffee", version: method === "PUT" ? 4 : 3 } };
  });
  const save = await screen.findByRole("button", { name: /^Save the profile/ });
  expect(save.getAttribute("aria-disabled")).toBe("true");
  await userEvent.type(screen.getByRole("textbox", { name: /^Industry/ }), " house");
  await userEvent.click(save);
  expect(matched).toBe('"3"');
  expect(save.getAttribute("aria-disabled")).toBe("true");
});

it("says that somebody else was first, and takes their state when asked", async () => {
  let theirs = false;
  open("admin", (method) => {
    if (method === "PUT") {
      theirs = true;
      return { status: 409, body: { code: "version_conflict" } };
    }
    return { body: theirs ? { ...harbour, industry: "Tea", version: 4 } : harbour };
  });
  const industry = await screen.findByRole("textbox", { name: /^Industry/ });
  await userEvent.type(industry, "Coffee");
  await userEvent.click(screen.getByRole("button", { name: "Save the profile" }));
  expect((await screen.findByRole("alert")).textContent).toMatch(/^Somebody else changed/);
  expect((industry as HTMLInputElement).value).toBe("Coffee");
  await userEvent.click(screen.getByRole("button", { name: "Show the present profile" }));
  expect(await screen.findByDisplayValue("Tea")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});
