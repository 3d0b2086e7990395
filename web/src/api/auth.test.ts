import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { acceptInvite, me, startAfresh, switchTenant } from "./auth";
import { currentToken, signedIn, signedOut } from "./session";

function serve(answers: Record<string, unknown>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path.replace("/api/v1", ""));
    const body = answers[asked.at(-1) ?? ""];
    return new Response(JSON.stringify(body ?? {}), { status: body ? 200 : 503 });
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  signedOut();
});

describe("another session", () => {
  it("takes the place of the one before", async () => {
    signedIn("old");
    serve({ "/auth/switch": { access_token: "there", expires_in: 900 } });
    await switchTenant("b");
    expect(currentToken()).toBe("there");
  });

  it("comes from an invite, whatever its link looks like", async () => {
    const asked = serve({ "/auth/invites/a%2Fb/accept": { access_token: "in", expires_in: 900 } });
    await acceptInvite("a/b", { password: "a quiet harbour 9" });
    expect(asked).toEqual(["/auth/invites/a%2Fb/accept"]);
    expect(currentToken()).toBe("in");
  });

  it("knows nothing of what the one before had read, but who it is", async () => {
    serve({ "/auth/me": { tenant: { id: "b" } } });
    const client = new QueryClient();
    client.setQueryData(["me"], { tenant: { id: "a" } });
    client.setQueryData(["contacts", "list", {}], { items: [{ id: "of a" }] });
    await startAfresh(client);
    expect(client.getQueryData(["contacts", "list", {}])).toBeUndefined();
    expect(client.getQueryData(me().queryKey)?.tenant.id).toBe("b");
  });

  it("is nobody rather than the one before while the server is away", async () => {
    serve({});
    const client = new QueryClient();
    client.setQueryData(["me"], { tenant: { id: "a" } });
    await startAfresh(client);
    expect(client.getQueryData(me().queryKey)).toBeUndefined();
  });
});
