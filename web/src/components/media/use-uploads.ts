import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { uploadMedia } from "@/api/media";
import type { MediaFile } from "@/api/types";
import { type Upload, UploadQueue } from "./upload-queue";

type OnDone = (upload: Upload, media: MediaFile) => void;

/** Uploads of this screen. Leaving it does not stop them; only the list of them goes. */
export function useUploads(onDone?: OnDone) {
  const client = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const told = useRef<OnDone | undefined>(onDone);
  useEffect(() => {
    told.current = onDone;
  });
  const [queue] = useState(
    () =>
      new UploadQueue(uploadMedia, setUploads, (upload, media) => {
        // An answer that was asked for before it was there does not have it.
        const list = { queryKey: ["media", "list"] };
        void client.cancelQueries(list).then(() => client.invalidateQueries(list));
        told.current?.(upload, media);
      }),
  );
  return { uploads, queue };
}
