import type { Accepted } from "@/api/client";
import { randomId } from "@/api/identity";
import { ApiError } from "@/api/problem";
import type { MediaFile } from "@/api/types";
import { explain } from "@/components/ui/toasts";
import { mediaWords } from "@/i18n/en/media-words";
import { fileSize } from "./content";

export type Upload = {
  id: string;
  file: File;
  state: "waiting" | "sending" | "done" | "failed" | "stopped";
  /** How much of it has left, from 0 to 1. */
  share: number;
  error: string | null;
  media: MediaFile | null;
};

type Send = (
  file: File,
  idempotencyKey: string,
  onSent: (share: number) => void,
  signal: AbortSignal,
) => Promise<Accepted<MediaFile>>;

/** So many files are under way at once; the others wait. */
export const AT_ONCE = 2;

/**
 * Files on their way to the gallery. One that fails holds up no other, and is tried
 * again under the same key, so that it is never there twice.
 */
export class UploadQueue {
  private uploads: Upload[] = [];
  private readonly stops = new Map<string, AbortController>();

  constructor(
    private readonly send: Send,
    private readonly onChange: (uploads: Upload[]) => void,
    private readonly onDone: (upload: Upload, media: MediaFile) => void,
  ) {}

  add(files: readonly File[]): Upload[] {
    const added = files.map(
      (file): Upload => ({
        id: randomId(),
        file,
        state: "waiting",
        share: 0,
        error: null,
        media: null,
      }),
    );
    this.uploads = [...this.uploads, ...added];
    this.go();
    return added;
  }

  stop(id: string): void {
    const stop = this.stops.get(id);
    if (stop) stop.abort();
    else this.change(id, { state: "stopped" });
  }

  retry(id: string): void {
    this.change(id, { state: "waiting", share: 0, error: null });
    this.go();
  }

  forget(id: string): void {
    this.stops.get(id)?.abort();
    this.uploads = this.uploads.filter((upload) => upload.id !== id);
    this.onChange(this.uploads);
  }

  /** Takes what has come to its end out of the list. */
  clear(): void {
    this.uploads = this.uploads.filter(isUnderWay);
    this.onChange(this.uploads);
  }

  private change(id: string, part: Partial<Upload>): void {
    this.uploads = this.uploads.map((one) => (one.id === id ? { ...one, ...part } : one));
    this.onChange(this.uploads);
  }

  private go(): void {
    this.onChange(this.uploads);
    while (this.stops.size < AT_ONCE) {
      const next = this.uploads.find((upload) => upload.state === "waiting");
      if (!next) return;
      void this.run(next);
    }
  }

  private async run(upload: Upload): Promise<void> {
    const { id, file } = upload;
    const stop = new AbortController();
    this.stops.set(id, stop);
    this.change(id, { state: "sending" });
    try {
      const sent = await this.send(file, id, (share) => this.change(id, { share }), stop.signal);
      this.change(id, { state: "done", share: 1, media: sent.data });
      this.onDone(upload, sent.data);
    } catch (error) {
      this.change(
        id,
        stop.signal.aborted
          ? { state: "stopped" }
          : { state: "failed", error: whyNot(error, file) },
      );
    } finally {
      this.stops.delete(id);
      this.go();
    }
  }
}

export const isUnderWay = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending";

/** From here on, a connection that breaks may well have been broken for the size. */
const LARGE = 10_000_000;

/** A refusal says by itself what is wrong with a file; only the unexpected needs a trace. */
export function whyNot(error: unknown, file: Pick<File, "size">): string {
  if (!(error instanceof ApiError)) return explain(error);
  // Whoever refuses a large body does not always read it to its end.
  if (error.status === 0 && file.size > LARGE) return mediaWords.uploads.broke;
  const isAboutFile = [409, 413, 422, 503].includes(error.status);
  if (!isAboutFile) return explain(error);
  return error.message.replace(/\b(\d{4,}) bytes\b/g, (_, bytes) => fileSize(Number(bytes)));
}
