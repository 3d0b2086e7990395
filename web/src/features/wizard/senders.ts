import type {
  Attachment,
  MediaFile,
  Package,
  Profile,
  Provider,
  ProviderTemplate,
} from "@/api/types";
import { contentKind, sends } from "@/components/media/content";
import { hasTemplate, shareOf } from "@/components/templates/template";
import { mediaWords } from "@/i18n/en/media-words";
import { templateWords } from "@/i18n/en/template-words";

/** What is to be sent, and what is known of those that may send it. */
export type Known = {
  attachment: Attachment | null;
  file: MediaFile | undefined;
  providers: readonly Provider[] | undefined;
  templates: readonly ProviderTemplate[] | undefined;
};

/** Why a number would not send the message; nothing where it does. */
export function whyNot(number: Profile, known: Known): string | null {
  const { attachment, file, providers, templates = [] } = known;
  if (!sends(number.provider, attachment, file, providers)) return mediaWords.attach.cannot;
  return attachment?.type !== "template" || hasTemplate(number, templates, attachment)
    ? null
    : templateWords.lacking;
}

/** How many numbers of a package have the template, where only some do or none. */
export function templateShare({ profiles }: Package, known: Known): string | null {
  const { attachment, templates = [] } = known;
  if (attachment?.type !== "template") return null;
  const { have, all } = shareOf(profiles, templates, attachment);
  return have < all ? templateWords.haveIt(have, all) : null;
}

/** What to know of the package's numbers before it is started. */
export function leftOut(pack: Package | undefined, known: Known): string[] {
  const { attachment, file, providers } = known;
  const able: Profile[] = [];
  const unable: Profile[] = [];
  for (const number of pack?.profiles ?? []) {
    (sends(number.provider, attachment, file, providers) ? able : unable).push(number);
  }
  const lacking = able.filter((number) => whyNot(number, known) !== null);
  const kind = mediaWords.kinds[contentKind(attachment, file)];
  return [
    unable.length > 0 && mediaWords.attach.numbersLeftOut(names(unable), kind),
    lacking.length > 0 &&
      (lacking.length === able.length
        ? templateWords.noneHasIt
        : templateWords.numbersWithout(names(lacking))),
  ].filter((note) => note !== false);
}

const names = (numbers: Profile[]) => numbers.map(({ name }) => name).join(", ");
