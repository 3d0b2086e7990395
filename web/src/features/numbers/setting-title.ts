import { settingWords } from "@/i18n/en/setting-words";
import { sentence } from "./number-fields";

/** A setting that is newer than this page has its name for a title. */
export const settingTitle = (name: string): string =>
  settingWords[name]?.title ?? sentence(name.replaceAll("_", " "));
