import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Connect, openStream, parser, type StreamEvent, WATCHDOG_MS } from "./stream";

const text = new TextEncoder();

/** A connection whose bytes and end the test decides. */
function connection() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return {
    response: { ok: true, status: 200, body },
    write: (chunk: string) => controller.enqueue(text.encode(chunk)),
    end: () => controller.close(),
    get cancelled() {
      return cancelled;
    },
  };
}

function follow() {
  const opened: ReturnType<typeof connection>[] = [];
  const ids: (string | null)[] = [];
  const events: StreamEvent[] = [];
  const states: string[] = [];
  let refuse = 0;
  const connect: Connect = (lastId) => {
    ids.push(lastId);
    if (refuse > 0) {
      refuse -= 1;
      return Promise.reject(new TypeError("refused"));
    }
    const next = connection();
    opened.push(next);
    return Promise.resolve(next.response);
  };
  const close = openStream(connect, {
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
  return {
    opened,
    ids,
    events,
    states,
    close,
    refuseNext: (times: number) => {
      refuse = times;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("openStream", () => {
  it("delivers events and comes back with the last id it saw", async () => {
    const stream = follow();
    await settle();
    stream.opened[0]?.write('retry: 500\nid: 41\nevent: progress\ndata: {"a":1}\n\n');
    await settle();
    expect(stream.events).toEqual([{ event: "progress", id: "41", data: '{"a":1}' }]);

    stream.opened[0]?.end();
    await settle();
    expect(stream.states.at(-1)).toBe("stale");
    await vi.advanceTimersByTimeAsync(500);
    expect(stream.ids).toEqual([null, "41"]);
    expect(stream.states).toEqual(["connecting", "live", "stale", "live"]);
    stream.close();
  });

  it("never gives up, and waits longer only up to a limit", async () => {
    const stream = follow();
    await settle();
    stream.refuseNext(40);
    stream.opened[0]?.end();
    await vi.advanceTimersByTimeAsync(40 * 15_000);
    expect(stream.opened).toHaveLength(2);
    expect(stream.states.at(-1)).toBe("live");
    stream.close();
  });

  it("takes 35 seconds of silence for a dead connection", async () => {
    const stream = follow();
    await settle();
    await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
    expect(stream.states.at(-1)).toBe("live");
    await vi.advanceTimersByTimeAsync(1);
    expect(stream.opened[0]?.cancelled).toBe(true);
    expect(stream.states.at(-1)).toBe("stale");
    await vi.advanceTimersByTimeAsync(1000);
    expect(stream.opened).toHaveLength(2);
    stream.close();
  });

  it("is kept alive by comments alone", async () => {
    const stream = follow();
    await settle();
    for (let i = 0; i < 6; i += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      stream.opened[0]?.write(": heartbeat\n\n");
      await settle();
    }
    expect(stream.opened).toHaveLength(1);
    expect(stream.states.at(-1)).toBe("live");
    stream.close();
  });

  it("stays closed once closed", async () => {
    const stream = follow();
    await settle();
    stream.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(stream.opened).toHaveLength(1);
    expect(stream.states).toEqual(["connecting", "live"]);
  });
});

describe("parser", () => {
  it("puts together what was cut anywhere", () => {
    const whole = "id: 7\r\nevent: chat\r\ndata: one\r\ndata: two\r\n\r\n: note\n\ndata: x\n\n";
    for (let cut = 1; cut < whole.length; cut += 1) {
      const events: (StreamEvent | null)[] = [];
      const parse = parser((event) => events.push(event));
      parse(whole.slice(0, cut));
      parse(whole.slice(cut));
      expect(events).toEqual([
        { event: "chat", id: "7", data: "one\ntwo" },
        { event: "message", id: null, data: "x" },
      ]);
    }
  });
});
