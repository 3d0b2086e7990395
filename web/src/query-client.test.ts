import { afterEach, expect, it, vi } from "vitest";
import { read } from "./api/client";
import { queryClient } from "./query-client";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  queryClient.clear();
});

function serve(...answers: Response[]) {
  const fetch = vi.fn(async () => answers.shift() ?? new Response("{}", { status: 500 }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const limited = (seconds: number) =>
  new Response(JSON.stringify({ code: "rate_limited" }), {
    status: 429,
    headers: { "Retry-After": String(seconds) },
  });
/** As a screen asks: with the retries that screens have. */
const ask = () =>
  queryClient.fetchQuery({
    queryKey: ["x"],
    queryFn: () => read("/x"),
    retry: queryClient.getDefaultOptions().queries?.retry,
  });

it("waits for a limit that ends soon, as long as the server says", async () => {
  vi.useFakeTimers();
  const fetch = serve(limited(2), new Response('{"ok":true}'));
  const answer = ask();
  await vi.advanceTimersByTimeAsync(1900);
  expect(fetch).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);
  await expect(answer).resolves.toEqual({ ok: true });
});

it("does not wait for one that lasts", async () => {
  const fetch = serve(limited(60));
  await expect(ask()).rejects.toMatchObject({ code: "rate_limited" });
  expect(fetch).toHaveBeenCalledTimes(1);
});

it("does not ask again for what was refused", async () => {
  const fetch = serve(new Response('{"code":"role"}', { status: 403 }));
  await expect(ask()).rejects.toMatchObject({ status: 403 });
  expect(fetch).toHaveBeenCalledTimes(1);
});
