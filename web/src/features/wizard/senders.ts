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

/** Why no number of a package would send the message; nothing where one does. */
export function whyNobody(pack: Package, known: Known): string | null {
  const numbers = pack.profiles;
  if (numbers.length === 0 || numbers.some((number) => whyNot(number, known) === null)) return null;
  const { attachment, file, providers } = known;
  return numbers.some(({ provider }) => sends(provider, attachment, file, providers))
    ? templateWords.noneHasIt
    : mediaWords.attach.noNumber(kindOf(known));
}

/** Which numbers of the package would not send the message; the others do in their stead. */
export function leftOut(pack: Package | undefined, known: Known): string[] {
  const { attachment, file, providers } = known;
  const without = (pack?.profiles ?? []).filter((number) => whyNot(number, known) !== null);
  const isAble = ({ provider }: Profile) => sends(provider, attachment, file, providers);
  const unable = names(without.filter((number) => !isAble(number)));
  const lacking = names(without.filter(isAble));
  return [
    unable && mediaWords.attach.numbersLeftOut(unable, kindOf(known)),
    lacking && templateWords.numbersWithout(lacking),
  ].filter((note) => note !== "");
}

const names = (numbers: Profile[]) => numbers.map(({ name }) => name).join(", ");

const kindOf = ({ attachment, file }: Known) => mediaWords.kinds[contentKind(attachment, file)];
