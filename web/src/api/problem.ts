import type { Problem } from "./types";

/** A failed request: what the server said, or that it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  readonly traceId: string | null;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? (status === 0 ? "unreachable" : `HTTP ${status}`));
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? (status === 0 ? "unreachable" : `http_${status}`);
    this.problem = problem;
    this.traceId = problem.trace_id ?? null;
  }

  /** Messages by field, in the shape that forms take. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

/** Reads `application/problem+json`, and makes do with anything else. */
export async function problemFrom(response: Response): Promise<Problem> {
  const known: Problem = {
    trace_id: response.headers.get("x-trace-id") ?? undefined,
    retry_after_s: secondsFrom(response.headers.get("retry-after")),
  };
  try {
    const body = (await response.json()) as Problem;
    return typeof body === "object" && body ? { ...known, ...body } : known;
  } catch {
    return { ...known, title: response.statusText || undefined };
  }
}

const secondsFrom = (header: string | null) =>
  header && /^\d+$/.test(header) ? Number(header) : undefined;
