import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { currentToken, signedOut } from "@/api/session";
import type { Challenge } from "@/api/types";
import { CodeForm } from "./code-form";
import { ProviderLinks } from "./provider-links";
import { SignInForm } from "./sign-in-form";

type Answer = [status: number, body: unknown, headers?: HeadersInit];

function open(answers: Record<string, Answer[]>) {
  const sent: [string, unknown][] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const at = path.replace("/api/v1/auth", "");
    if (init.body) sent.push([at, JSON.parse(String(init.body))]);
    const [status, body, headers] = answers[at]?.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status, headers });
  });
  const onDone = vi.fn();
  const onExpired = vi.fn();
  function Screen() {
    const [challenge, setChallenge] = useState<Challenge | null>(null);
    return challenge ? (
      <CodeForm
        challenge={challenge}
        onDone={onDone}
        onExpired={onExpired}
        onBack={() => setChallenge(null)}
      />
    ) : (
      <>
        <SignInForm onDone={onDone} onChallenge={setChallenge} forgot={null} />
        <ProviderLinks />
      </>
    );
  }
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <Screen />
    </QueryClientProvider>,
  );
  return { sent, onDone, onExpired, client };
}

async function enter() {
  await userEvent.type(screen.getByLabelText("Email"), "nadia@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "a quiet harbour 9");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  signedOut();
});

const asked: Answer = [202, { challenge: "c-1", expires_in: 300 }];

it("asks for a code where a second factor is on, and says when it is wrong", async () => {
  const { sent, onDone } = open({
    "/login": [asked],
    "/login/second-factor": [
      [401, { code: "wrong_code" }],
      [200, { access_token: "in", expires_in: 900 }],
    ],
  });
  await enter();
  const code = await screen.findByLabelText("Code");
  expect(currentToken()).toBeNull();
  await userEvent.type(code, "000000");
  await userEvent.click(screen.getByRole("button", { name: "Confirm" }));
  expect(await screen.findByText(/^This code is not right/)).toBeTruthy();
  await userEvent.clear(code);
  await userEvent.type(code, " 123456 {Enter}");
  expect(sent.at(-1)).toEqual(["/login/second-factor", { challenge: "c-1", code: "123456" }]);
  await vi.waitFor(() => expect(onDone).toHaveBeenCalledOnce());
  expect(currentToken()).toBe("in");
});

it("goes back to the password when the challenge has expired", async () => {
  const { onExpired } = open({
    "/login": [asked],
    "/login/second-factor": [[401, { code: "challenge_expired" }]],
  });
  await enter();
  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
  await vi.waitFor(() => expect(onExpired).toHaveBeenCalledOnce());
});

it("says for how long it is locked, and asks nothing until then", async () => {
  const { sent, onDone } = open({
    "/login": [
      [429, { code: "locked" }, { "Retry-After": "2" }],
      [200, { access_token: "in" }],
    ],
  });
  await enter();
  expect((await screen.findByRole("alert")).textContent).toMatch(/Too many.*Try again in 0:0[12]/);
  const button = screen.getByRole("button", { name: /^Sign in/ });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  await userEvent.click(button);
  expect(sent).toHaveLength(1);
  await vi.waitFor(() => expect(screen.queryByRole("alert")).toBeNull(), { timeout: 3000 });
  await userEvent.click(button);
  await vi.waitFor(() => expect(onDone).toHaveBeenCalledOnce());
});

it("offers the providers that there are, and leaves a word that someone may come back", async () => {
  open({ "/providers": [[200, { items: [{ id: "acme", name: "Acme" }] }]] });
  const link = await screen.findByRole("link", { name: "Continue with Acme" });
  expect(link.getAttribute("href")).toBe("/api/v1/auth/oidc/acme/start");
  expect(localStorage.getItem("waybill.signed-in")).toBeNull();
  link.addEventListener("click", (event) => event.preventDefault());
  await userEvent.click(link);
  expect(localStorage.getItem("waybill.signed-in")).toBe("1");
});

it("offers nothing where there are none", async () => {
  const { client } = open({ "/providers": [[200, { items: [] }]] });
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  expect(screen.queryByRole("link")).toBeNull();
  expect(screen.queryByText("or")).toBeNull();
});
