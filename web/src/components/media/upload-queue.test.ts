import { expect, it, vi } from "vitest";
import type { Accepted } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { MediaFile } from "@/api/types";
import { AT_ONCE, type Upload, UploadQueue, whyNot } from "./upload-queue";

type Call = {
  name: string;
  key: string;
  signal: AbortSignal;
  sent: (share: number) => void;
  done: () => void;
  fail: (error: unknown) => void;
};

function open() {
  const calls: Call[] = [];
  let uploads: Upload[] = [];
  const added = vi.fn();
  const queue = new UploadQueue(
    (file, key, sent, signal) =>
      new Promise<Accepted<MediaFile>>((resolve, reject) => {
        const done = () => resolve({ data: { id: file.name } as MediaFile, position: 1 });
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        calls.push({ name: file.name, key, signal, sent, done, fail: reject });
      }),
    (next) => {
      uploads = next;
    },
    (_upload, media) => added(media.id),
  );
  const states = () => uploads.map((upload) => upload.state);
  return { queue, calls, added, states, uploads: () => uploads };
}

const files = (...names: string[]) => names.map((name) => new File(["x"], name));

it("sends some at once, and the next when one is through", async () => {
  const { queue, calls, states, added } = open();
  queue.add(files("a", "b", "c"));
  expect(calls).toHaveLength(AT_ONCE);
  expect(states()).toEqual(["sending", "sending", "waiting"]);
  calls[0]?.sent(0.5);
  calls[0]?.done();
  await vi.waitFor(() => expect(calls).toHaveLength(3));
  expect(states()).toEqual(["done", "sending", "sending"]);
  expect(added).toHaveBeenCalledExactlyOnceWith("a");
});

it("says of each file why it was refused, and lets the others go on", async () => {
  const { queue, calls, uploads } = open();
  queue.add(files("lies.pdf", "good.png"));
  const detail = "the file says it is application/pdf, its content is image/png";
  calls[0]?.fail(new ApiError(422, { code: "wrong_media_type", detail, trace_id: "t" }));
  calls[1]?.done();
  await vi.waitFor(() => expect(uploads()[1]?.state).toBe("done"));
  expect(uploads()[0]).toMatchObject({ state: "failed", error: detail });
});

it("tries again under the same key", async () => {
  const { queue, calls, states, uploads } = open();
  queue.add(files("a"));
  calls[0]?.fail(new ApiError(0, {}));
  await vi.waitFor(() => expect(states()).toEqual(["failed"]));
  queue.retry(uploads()[0]?.id ?? "");
  expect(calls[1]?.key).toBe(calls[0]?.key);
  calls[1]?.done();
  await vi.waitFor(() => expect(states()).toEqual(["done"]));
});

it("stops what is under way and what waits, and forgets only what is over", async () => {
  const { queue, calls, states, uploads } = open();
  queue.add(files("a", "b", "c"));
  queue.stop(uploads()[2]?.id ?? "");
  queue.stop(uploads()[0]?.id ?? "");
  await vi.waitFor(() => expect(states()).toEqual(["stopped", "sending", "stopped"]));
  expect(calls[0]?.signal.aborted).toBe(true);
  queue.clear();
  expect(states()).toEqual(["sending"]);
});

it("says sizes as people do, and what may be behind a connection that breaks", () => {
  const detail = "the file has more than 10485760 bytes";
  const tooLarge = new ApiError(413, { code: "too_large", detail });
  expect(whyNot(tooLarge, { size: 1 })).toBe("the file has more than 10 MB");
  const broke = new ApiError(0, {});
  expect(whyNot(broke, { size: 90_000_000 })).toMatch(/too large/);
  expect(whyNot(broke, { size: 90 })).toMatch(/cannot be reached/);
});
