import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { command, read, search } from "./client";
import { forgetPosition, noteCommand, wantedPosition } from "./position";
import { ApiError } from "./problem";
import { currentToken, signedIn, signedOut, whenSignedOut } from "./session";

type Call = { path: string; headers: Headers; method: string };
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };

let calls: Call[] = [];

function serve(answer: (call: Call) => Answer | Promise<Answer>) {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const call = { path, headers: new Headers(init.headers), method: init.method ?? "GET" };
    calls.push(call);
    const { status = 200, body = {}, headers } = await answer(call);
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  });
}

beforeEach(() => {
  calls = [];
  signedIn("old");
  forgetPosition();
});
afterEach(() => {
  vi.unstubAllGlobals();
  signedOut();
});

const refreshes = () => calls.filter((call) => call.path.endsWith("/auth/refresh"));

describe("a session that has expired", () => {
  const expiring = (call: Call): Answer => {
    if (call.path.endsWith("/auth/refresh"))
      return { body: { access_token: "new", expires_in: 900 } };
    return call.headers.get("Authorization") === "Bearer new"
      ? { body: { ok: true } }
      : { status: 401 };
  };

  it("is refreshed once, and the request is tried again", async () => {
    serve(expiring);
    await expect(read("/wallet")).resolves.toEqual({ ok: true });
    expect(currentToken()).toBe("new");
    expect(refreshes()).toHaveLength(1);
    expect(refreshes()[0]?.headers.get("X-Waybill-Csrf")).toBe("1");
  });

  it("is refreshed once for requests that fail together", async () => {
    serve(expiring);
    await Promise.all([read("/wallet"), read("/campaigns"), read("/contacts")]);
    expect(refreshes()).toHaveLength(1);
  });

  it("ends when the refresh is refused, without a loop", async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    serve(() => ({ status: 401 }));
    await expect(read("/wallet")).rejects.toMatchObject({ status: 401 });
    expect(refreshes()).toHaveLength(1);
    expect(ended).toHaveBeenCalledOnce();
    expect(currentToken()).toBeNull();
  });

  it("does not end because the server is away", async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    serve((call) => ({ status: call.path.endsWith("/auth/refresh") ? 503 : 401 }));
    await expect(read("/wallet")).rejects.toMatchObject({ status: 0 });
    expect(ended).not.toHaveBeenCalled();
  });

  it("is renewed shortly before its end, so that nothing is refused", async () => {
    signedIn("old", 20);
    serve(expiring);
    await Promise.all([read("/wallet"), read("/campaigns")]);
    expect(refreshes()).toHaveLength(1);
    expect(calls.filter((call) => call.headers.get("Authorization") === "Bearer old")).toEqual([]);
  });

  it.each(["/auth/login", "/auth/invites/abc/accept"])(
    "does not refresh for a wrong password, nor end: %s",
    async (path) => {
      const ended = vi.fn();
      whenSignedOut(ended);
      serve(() => ({ status: 401 }));
      await expect(command(path, { body: {} })).rejects.toBeInstanceOf(ApiError);
      expect(refreshes()).toHaveLength(0);
      expect(ended).not.toHaveBeenCalled();
    },
  );
});

describe("a command", () => {
  it("carries the same key when it is tried again after a refresh", async () => {
    serve((call) => {
      if (call.path.endsWith("/auth/refresh"))
        return { body: { access_token: "new", expires_in: 900 } };
      return call.headers.get("Authorization") === "Bearer new" ? {} : { status: 401 };
    });
    await command("/campaigns", { body: { name: "a" }, idempotencyKey: "key-1" });
    const posts = calls.filter((call) => call.path.endsWith("/campaigns"));
    expect(posts.map((call) => call.headers.get("Idempotency-Key"))).toEqual(["key-1", "key-1"]);
    expect(posts.every((call) => call.headers.get("X-Waybill-Csrf") === "1")).toBe(true);
  });

  it("makes the reads after it wait for its position", async () => {
    serve((call) => (call.method === "POST" ? { headers: { "Waybill-Position": "812" } } : {}));
    const { position } = await command("/campaigns/1/pause");
    await read("/campaigns/1");
    expect(position).toBe(812);
    expect(calls.at(-1)?.headers.get("Waybill-Min-Position")).toBe("812");
  });

  it("is remembered for half a minute, and the highest position counts", () => {
    noteCommand(10, 1000);
    noteCommand(9, 1001);
    expect(wantedPosition(1002)).toBe(10);
    expect(wantedPosition(40_000)).toBeNull();
  });
});

describe("a read", () => {
  it("shows what a lagging read model has, and forgets the position", async () => {
    noteCommand(900);
    serve((call) =>
      call.headers.has("Waybill-Min-Position") ? { status: 504 } : { body: { old: true } },
    );
    await expect(read("/contacts")).resolves.toEqual({ old: true });
    expect(wantedPosition()).toBeNull();
  });

  it("gives the problem with its trace id", async () => {
    serve(() => ({
      status: 422,
      body: { code: "no_recipients", detail: "nobody", trace_id: "abc" },
    }));
    await expect(read("/x")).rejects.toMatchObject({
      code: "no_recipients",
      traceId: "abc",
      status: 422,
    });
  });

  it("leaves empty filters out of the address", () => {
    expect(search({ q: "", tag: undefined, cursor: null, limit: 50, blocked: false })).toBe(
      "?limit=50&blocked=false",
    );
  });
});

it("gives what is in the headers of an accepted answer to who asks, not into its data", async () => {
  const seen: (string | null)[] = [];
  const onHeaders = (headers: Headers) => void seen.push(headers.get("Waybill-Api-Key"));
  serve(() => ({ body: { id: "k" }, headers: { "Waybill-Api-Key": "wb_live_a" } }));
  const accepted = await command("/api-keys", { onHeaders });
  expect(seen).toEqual(["wb_live_a"]);
  expect(accepted).toEqual({ data: { id: "k" }, position: null });
  serve(() => ({ status: 422, headers: { "Waybill-Api-Key": "wb_live_b" } }));
  await expect(command("/api-keys", { onHeaders })).rejects.toMatchObject({ status: 422 });
  expect(seen).toHaveLength(1);
});
