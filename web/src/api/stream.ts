/**
 * Server-sent events over `fetch`. Unlike `EventSource` this sees the comment
 * heartbeats, so silence is noticed: no byte for 35 seconds means the connection
 * is dead, whatever the socket believes. It never gives up, and resumes from the
 * last id it saw.
 */

export type StreamState = "connecting" | "live" | "stale";
export type StreamEvent = { event: string; id: string | null; data: string };

export type StreamHandlers = {
  onEvent: (event: StreamEvent) => void;
  onState: (state: StreamState) => void;
};

export type Connect = (
  lastEventId: string | null,
  signal: AbortSignal,
) => Promise<{ ok: boolean; status: number; body: ReadableStream<Uint8Array> | null }>;

export const WATCHDOG_MS = 35_000;
export const MAX_DELAY_MS = 15_000;

/** Opens the stream and returns the function that closes it. */
export function openStream(connect: Connect, handlers: StreamHandlers): () => void {
  let closed = false;
  let lastId: string | null = null;
  let retryMs = 1000;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = new AbortController();

  const wake = () => {
    if (closed || timer === undefined || document.visibilityState === "hidden") return;
    clearTimeout(timer);
    timer = undefined;
    void run();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);

  async function run(): Promise<void> {
    timer = undefined;
    abort = new AbortController();
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const feed = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), WATCHDOG_MS);
    };
    let finished = false;
    try {
      feed();
      const response = await connect(lastId, abort.signal);
      if (response.status === 204) finished = true;
      if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
      handlers.onState("live");
      failures = 0;
      const parse = parser((event, retry) => {
        if (retry !== null) retryMs = retry;
        if (event) {
          if (event.id !== null) lastId = event.id;
          handlers.onEvent(event);
        }
      });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      abort.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        feed();
        parse(decoder.decode(value, { stream: true }));
      }
    } catch {
      // Every way of failing ends in the same place: try again.
    } finally {
      clearTimeout(watchdog);
    }
    if (closed || finished) return;
    handlers.onState("stale");
    const delay = Math.min(retryMs * 2 ** Math.min(failures, 5), MAX_DELAY_MS);
    failures += 1;
    timer = setTimeout(run, delay);
  }

  handlers.onState("connecting");
  void run();

  return () => {
    closed = true;
    clearTimeout(timer);
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    abort.abort();
  };
}

/** An incremental parser of the event stream format. */
export function parser(
  emit: (event: StreamEvent | null, retryMs: number | null) => void,
): (chunk: string) => void {
  let buffer = "";
  let event = "message";
  let id: string | null = null;
  let data: string[] = [];
  return (chunk) => {
    buffer += chunk;
    for (;;) {
      const end = buffer.search(/\r\n|\n|\r/);
      if (end < 0) return;
      // A lone CR at the end may be the first half of CRLF.
      if (buffer[end] === "\r" && end === buffer.length - 1) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (buffer.startsWith("\r\n", end) ? 2 : 1));
      if (line === "") {
        if (data.length > 0) emit({ event, id, data: data.join("\n") }, null);
        event = "message";
        id = null;
        data = [];
        continue;
      }
      if (line.startsWith(":")) continue;
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") event = value;
      else if (field === "data") data.push(value);
      else if (field === "id") id = value;
      else if (field === "retry" && /^\d+$/.test(value)) emit(null, Number(value));
    }
  };
}
