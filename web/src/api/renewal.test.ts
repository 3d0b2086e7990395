import { afterEach, beforeEach, expect, it, vi } from "vitest";

const RENEWED = "waybill.session-renewed";

type Session = typeof import("./session");
type Client = typeof import("./client");
type Tab = Session & Client;

/** Another tab: modules of its own, with the storage and the locks of all. */
async function openTab(): Promise<Tab> {
  vi.resetModules();
  return { ...(await import("./session")), ...(await import("./client")) };
}

/** Locks as the browser has them: of one name one at a time, in the order of asking. */
function stubLocks() {
  const last = new Map<string, Promise<unknown>>();
  const held = new Set<string>();
  const request = (name: string, work: () => Promise<unknown>) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(async () => {
      held.add(name);
      try {
        return await work();
      } finally {
        held.delete(name);
      }
    });
    const over = turn.catch(() => {});
    last.set(name, over);
    return turn;
  };
  const query = async () => ({ held: [...held].map((name) => ({ name })) });
  Object.defineProperty(navigator, "locks", { value: { request, query }, configurable: true });
}

/** A server whose refresh token is good once, as the cookies that all tabs share. */
function serve() {
  const server = {
    access: "access-0",
    refresh: 0,
    spent: new Set<number>(),
    refreshes: 0,
    ended: false,
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path.endsWith("/auth/refresh")) {
      server.refreshes += 1;
      const presented = server.refresh;
      await Promise.resolve();
      if (server.ended || server.spent.has(presented)) {
        server.ended = true;
        return new Response("{}", { status: 401 });
      }
      server.spent.add(presented);
      server.refresh += 1;
      server.access = `access-${server.refresh}`;
      return new Response(JSON.stringify({ access_token: server.access, expires_in: 900 }));
    }
    const bearer = new Headers(init.headers).get("Authorization");
    // Without a header the cookie counts, which has the latest token.
    const good = !server.ended && (bearer === null || bearer === `Bearer ${server.access}`);
    return new Response(JSON.stringify({ good }), { status: good ? 200 : 401 });
  });
  return server;
}

beforeEach(() => {
  localStorage.clear();
  stubLocks();
});

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, "locks");
  localStorage.clear();
});

it("is made by one tab for all that ask at the same time", async () => {
  const server = serve();
  const [one, two] = [await openTab(), await openTab()];
  one.signedIn("old", 900);
  two.signedIn("old", 900);
  await Promise.all([one.read("/wallet"), two.read("/wallet"), two.read("/contacts")]);
  expect(server.refreshes).toBe(1);
  expect(server.ended).toBe(false);
});

it("is made by one tab also when storage tells the others too late", async () => {
  const server = serve();
  const one = await openTab();
  one.signedIn("old", 900);
  const two = await openTab();
  vi.spyOn(Storage.prototype, "getItem").mockReturnValue(localStorage.getItem(RENEWED));
  expect(await Promise.all([one.refreshSession(), two.refreshSession()])).toEqual([true, true]);
  expect(server.refreshes).toBe(1);
  expect(server.ended).toBe(false);
});

it("is made early by one tab, and the others find it made", async () => {
  const server = serve();
  const one = await openTab();
  one.signedIn("a0", 20);
  const two = await openTab();
  expect(two.aboutToExpire()).toBe(true);
  await Promise.all([one.read("/wallet"), two.read("/wallet")]);
  expect(server.refreshes).toBe(1);
  expect([one.aboutToExpire(), two.aboutToExpire()]).toEqual([false, false]);
});

it("is made again by the next tab once its turn comes", async () => {
  const server = serve();
  const [one, two] = [await openTab(), await openTab()];
  one.signedIn("old", 900);
  await one.read("/wallet");
  two.signedIn("older", 900);
  await two.read("/wallet");
  await one.read("/contacts");
  expect(server.refreshes).toBe(2);
  expect(server.ended).toBe(false);
});

it("is not trusted when the server refuses what another tab was given", async () => {
  const server = serve();
  const one = await openTab();
  one.signedIn("old", 900);
  localStorage.setItem("waybill.session-renewed", `other ${Date.now() + 900_000}`);
  // The cookie's token was taken back meanwhile; the refresh token is still good.
  const answer = globalThis.fetch;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) =>
    path.endsWith("/auth/refresh") || new Headers(init.headers).has("Authorization")
      ? answer(path, init)
      : new Response("{}", { status: 401 }),
  );
  await expect(one.read("/wallet")).resolves.toEqual({ good: true });
  expect(server.refreshes).toBe(1);
});

it("leaves no token in storage", async () => {
  serve();
  const one = await openTab();
  one.signedIn("secret-token", 900);
  await one.refreshSession();
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(
    /secret-token|access-/,
  );
});
