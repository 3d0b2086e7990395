import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { vi } from "vitest";
import { me } from "@/api/auth";
import type { Role } from "@/api/types";
import { router } from "@/router";

/** What tests of screens share: a person who is signed in, and a server. */

export type Asked = { at: string; body: unknown; headers: Record<string, string> };
/** An answer: a body, a body with a status, or a whole response such as a stream. */
type Answers = (at: string) => unknown | [unknown, number] | Response;

export const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

/** Shows something against a server that answers `GET /path` and the like. */
export function open(
  children: ReactNode,
  answers: Answers = () => undefined,
  role: Role = "manager",
) {
  const sent: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const at = `${init.method} ${path.replace("/api/v1", "")}`;
    if (init.method !== "GET") {
      const body = init.body ? JSON.parse(String(init.body)) : null;
      sent.push({ at, body, headers: init.headers as Record<string, string> });
    }
    const answer = answers(at);
    if (answer instanceof Response) return answer;
    return Array.isArray(answer) ? json(answer[0], answer[1]) : json(answer ?? { items: [] });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(me().queryKey, {
    user: { id: "u", email: "nadia@example.com", full_name: "Nadia Karim" },
    tenant: { id: "a", name: "Harbour Coffee", default_country: "ID", time_zone: "Asia/Jakarta" },
    role,
    sandbox: true,
  });
  const wrap = (inner: ReactNode) => (
    <QueryClientProvider client={client}>
      <RouterContextProvider router={router}>
        <Suspense>{inner}</Suspense>
      </RouterContextProvider>
    </QueryClientProvider>
  );
  const view = render(wrap(children));
  return { sent, client, show: (inner: ReactNode) => view.rerender(wrap(inner)) };
}
