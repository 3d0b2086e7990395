import type { MediaFile } from "@/api/types";
import { mediaWords as words } from "@/i18n/en/media-words";

/** What people call it; what came without a name is called by its kind. */
export const fileName = ({ name, kind }: Pick<MediaFile, "name" | "kind">): string =>
  name || words.noName(words.kinds[kind]);
