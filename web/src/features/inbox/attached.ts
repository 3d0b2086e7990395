import { useState } from "react";
import { randomId } from "@/api/identity";
import type { Attachment, Id, MediaFile } from "@/api/types";
import type { Made, Wrong } from "@/components/compose/made";
import { contentKind, sends, usualKind } from "@/components/media/content";
import type { Upload } from "@/components/media/upload-queue";
import { useUploads } from "@/components/media/use-uploads";
import { mediaWords } from "@/i18n/en/media-words";
import type { Enclosed } from "./outbox";

const words = mediaWords.attach;

/** So many go with one reply. */
export const MOST = 10;

/** What somebody is about to send: a file, also while it is being uploaded, or what was made for it. */
export type Attached = {
  id: Id;
  chatId: Id;
  media: MediaFile | null;
  made: Made | null;
  /** What the server found wrong with it when it was sent before. */
  wrong?: Wrong;
};

/** What is attached in each chat; it stays while one looks at another. */
export function useAttached() {
  const [all, setAll] = useState<Attached[]>([]);
  const { uploads, queue } = useUploads((upload, media) =>
    setAll((old) => old.map((one) => (one.id === upload.id ? { ...one, media } : one))),
  );
  const put = (one: Attached) => setAll((old) => [...old, one]);
  return {
    of: (chatId: Id) => all.filter((one) => one.chatId === chatId),
    uploads,
    addFiles: (chatId: Id, files: File[]) => {
      const room = MOST - all.filter((one) => one.chatId === chatId).length;
      for (const { id } of queue.add(files.slice(0, Math.max(room, 0)))) {
        put({ id, chatId, media: null, made: null });
      }
    },
    addMedia: (chatId: Id, media: MediaFile) => put({ id: randomId(), chatId, media, made: null }),
    addMade: (chatId: Id, made: Made, wrong?: Wrong) =>
      put({ id: randomId(), chatId, media: null, made, wrong }),
    change: (id: Id, made: Made) =>
      setAll((old) => old.map((one) => (one.id === id ? { ...one, made, wrong: undefined } : one))),
    remove: (id: Id) => {
      queue.forget(id);
      setAll((old) => old.filter((one) => one.id !== id));
    },
    retry: (id: Id) => queue.retry(id),
    /** They are on their way. */
    clear: (chatId: Id) => {
      for (const one of all) if (one.chatId === chatId) queue.forget(one.id);
      setAll((old) => old.filter((one) => one.chatId !== chatId));
    },
  };
}

export type AttachedHere = ReturnType<typeof useAttached>;

/** As it goes with a message over this provider; nothing while it is not there. */
export function enclose({ media, made }: Attached, provider: string | undefined): Enclosed | null {
  if (made) return { attachment: made, file: null };
  if (!media) return null;
  const attachment: Attachment = {
    type: "media",
    media_id: media.id,
    kind: usualKind(media, provider ? [provider] : undefined),
  };
  return { attachment, file: media };
}

/** Why it cannot be sent, or not yet. */
export function whatHolds(
  one: Attached,
  upload: Upload | undefined,
  provider: { name: string; title: string } | undefined,
  providers: Parameters<typeof sends>[3],
): string | null {
  const enclosed = enclose(one, provider?.name);
  if (!enclosed) {
    const broken = upload?.state === "failed" || upload?.state === "stopped";
    return broken ? words.broken : words.uploading;
  }
  if (one.wrong) return Object.values(one.wrong)[0] ?? words.wrong;
  if (!provider) return null;
  const { attachment } = enclosed;
  const taken = sends(provider.name, attachment, one.media ?? undefined, providers);
  return taken ? null : words.notSent(provider.title, mediaWords.kinds[contentKind(attachment)]);
}
