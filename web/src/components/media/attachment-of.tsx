import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { mediaFile } from "@/api/media";
import { ApiError } from "@/api/problem";
import type { Attachment, FileState } from "@/api/types";
import { TemplateOf } from "@/components/templates/template-of";
import { useMay } from "@/components/use-may";
import { AttachmentView } from "./attachment-view";
import { mediaIdOf } from "./content";

const REMOVED: FileState = {
  state: "removed",
  name: null,
  mime_type: null,
  bytes: null,
  trouble: null,
};

/** A message with what is attached, where nothing is known of its file so far. */
export function AttachmentOf({ attachment, text }: { attachment: Attachment; text?: ReactNode }) {
  const id = mediaIdOf(attachment);
  const enabled = useMay("media.read") && id !== null;
  const query = useQuery({ ...mediaFile(id ?? ""), enabled });
  const gone = query.error instanceof ApiError && query.error.status === 404;
  const known = enabled ? (gone ? REMOVED : (query.data ?? null)) : null;
  if (attachment.type === "template") {
    const { header } = attachment;
    const file = header?.type === "media" && (
      <AttachmentView attachment={{ type: "media", ...header.media }} file={known} />
    );
    return <TemplateOf use={attachment} text={text} file={file || undefined} />;
  }
  return <AttachmentView attachment={attachment} file={known} text={text} />;
}
