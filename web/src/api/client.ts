import { forgetPosition, noteCommand, wantedPosition } from "./position";
import { ApiError, problemFrom } from "./problem";
import { aboutToExpire, currentToken, refreshSession, sessionEnded, sessionMark } from "./session";

export const BASE = "/api/v1";

export type Query = Record<string, string | number | boolean | null | undefined>;

type ReadOptions = {
  query?: Query;
  signal?: AbortSignal;
  /** Fail with 504 rather than show an older state when this place is not reached. */
  minPosition?: number | null;
};

type CommandOptions = {
  method?: "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  form?: FormData;
  /** Made once when the form opens: pressing twice is then one command. */
  idempotencyKey?: string;
  ifMatch?: number;
  signal?: AbortSignal;
  /** Sees the headers of an answer that was accepted, for what is in no body. */
  onHeaders?: (headers: Headers) => void;
  transport?: Transport;
};

type Init = Omit<RequestInit, "headers"> & { headers: Record<string, string> };

/** What carries a request; another one than `fetch` tells how much of a file has left. */
export type Transport = (url: string, init: Init) => Promise<Response>;

export type Accepted<T> = { data: T; position: number | null };

/** Reads a resource, waiting for this tab's own last command where it can. */
export async function read<T>(path: string, options: ReadOptions = {}): Promise<T> {
  const wanted = options.minPosition ?? wantedPosition();
  const get = (position: number | null) =>
    send(path + search(options.query), {
      method: "GET",
      headers: position === null ? {} : { "Waybill-Min-Position": String(position) },
      signal: options.signal,
    });
  let response = await get(wanted);
  // A read model that lags must not hide what it already knows.
  if (response.status === 504 && wanted !== null && options.minPosition == null) {
    forgetPosition();
    response = await get(null);
  }
  if (!response.ok) throw new ApiError(response.status, await problemFrom(response));
  return (await response.json()) as T;
}

/** Sends a command and remembers the place in the log that it was recorded at. */
export async function command<T = unknown>(
  path: string,
  options: CommandOptions = {},
): Promise<Accepted<T>> {
  const headers: Record<string, string> = { "X-Waybill-Csrf": "1" };
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  if (options.ifMatch !== undefined) headers["If-Match"] = `"${options.ifMatch}"`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const init = {
    method: options.method ?? "POST",
    headers,
    body: options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    signal: options.signal,
  };
  const response = await send(path, init, options.transport);
  if (!response.ok) throw new ApiError(response.status, await problemFrom(response));
  const header = response.headers.get("Waybill-Position");
  const position = header && /^\d+$/.test(header) ? Number(header) : null;
  if (position !== null) noteCommand(position);
  options.onHeaders?.(response.headers);
  const text = response.status === 204 ? "" : await response.text();
  return { data: (text ? JSON.parse(text) : undefined) as T, position };
}

/** A file as the server sends it, for downloads that need the session. */
export async function download(path: string): Promise<Blob> {
  const response = await send(path, { method: "GET", headers: {} });
  if (!response.ok) throw new ApiError(response.status, await problemFrom(response));
  return response.blob();
}

/** A 401 is tried again after the session was renewed by another tab, and by this one. */
const RENEWALS = 2;

/** One request with the session attached; a 401 is tried again once it is renewed. */
export async function send(path: string, init: Init, transport?: Transport): Promise<Response> {
  if (aboutToExpire() && !path.startsWith("/auth/")) await renew();
  for (let renewals = 0; ; renewals++) {
    const used = sessionMark();
    const response = await attempt(path, init, transport);
    if (response.status !== 401 || (await isAboutInput(path, response))) return response;
    // Another request may have renewed it while this one was under way.
    const renewed = renewals < RENEWALS && (sessionMark() !== used || (await renew()));
    if (!renewed) {
      sessionEnded();
      return response;
    }
  }
}

/** What says that a password or a code is wrong, rather than that nobody is signed in. */
const INPUT_CODES = new Set(["wrong_credentials", "wrong_code"]);

/** Whether a 401 is about what was typed, not about the session. */
async function isAboutInput(path: string, response: Response): Promise<boolean> {
  if (path.startsWith("/auth/login") || path.startsWith("/auth/invites/")) return true;
  if (!path.startsWith("/auth/")) return false;
  return INPUT_CODES.has((await problemFrom(response.clone())).code ?? "");
}

/** Sees to it that a link which the browser follows by itself is followed with a session. */
export async function keepSession(): Promise<void> {
  if (aboutToExpire()) await renew();
}

async function renew(): Promise<boolean> {
  try {
    return await refreshSession();
  } catch {
    throw new ApiError(0, {});
  }
}

async function attempt(path: string, init: Init, transport: Transport = fetch): Promise<Response> {
  const token = currentToken();
  try {
    return await transport(BASE + path, {
      ...init,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        ...init.headers,
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, {});
  }
}

export function search(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}
