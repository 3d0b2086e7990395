import type { Attachment, MediaFile } from "@/api/types";
import { rowCount } from "@/components/compose/made";
import { composeWords } from "@/i18n/en/compose-words";
import { mediaWords } from "@/i18n/en/media-words";
import { templateWords } from "@/i18n/en/template-words";
import { contentKind, fileSize } from "./content";
import { fileName } from "./file-name";

/** What is attached, in a few words. */
export function attachmentName(attachment: Attachment, file?: MediaFile | null): string {
  switch (attachment.type) {
    case "media":
      return file ? fileName(file) : mediaWords.kinds[contentKind(attachment)];
    case "location":
      return attachment.name || mediaWords.kinds.location;
    case "contacts": {
      const [first, ...others] = attachment.cards;
      return composeWords.contacts.more(first?.formatted_name ?? "", others.length);
    }
    case "buttons":
      return attachment.buttons.map(({ title }) => title).join(" · ");
    case "list":
      return attachment.button;
    case "template":
      return attachment.name;
  }
}

/** What there is to know of it besides. */
export function attachmentFacts(attachment: Attachment, file?: MediaFile | null): string {
  switch (attachment.type) {
    case "media":
      return [file?.mime_type, file?.bytes != null && fileSize(file.bytes)]
        .filter(Boolean)
        .join(" · ");
    case "location":
      return `${attachment.latitude.toFixed(5)}, ${attachment.longitude.toFixed(5)}`;
    case "contacts":
    case "buttons":
      return mediaWords.kinds[attachment.type];
    case "list":
      return composeWords.list.facts(rowCount(attachment.sections));
    case "template":
      return templateWords.languageName(attachment.language);
  }
}
