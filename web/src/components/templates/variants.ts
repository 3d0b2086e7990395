import type { Profile, ProviderTemplate, TemplateUse } from "@/api/types";
import { blankUse, fileOfHeader, isApproved, isNamed, isOf, isUsable, type Name } from "./template";

/**
 * Business accounts may have a template of one name and language with other places or parts. A
 * message fills one of these variants, with the same values over every number.
 */
export type Variant = { template: ProviderTemplate; accounts: number; numbers: number };

/** What can be sent over these numbers, over any where none is known; the one with most to fill first. */
export function variantsOf(
  templates: readonly ProviderTemplate[],
  wanted: Name,
  numbers: readonly Profile[],
): Variant[] {
  const variants = new Map<string, Variant>();
  for (const template of templates) {
    if (!isNamed(template, wanted) || !isUsable(template)) continue;
    const having = numbers.filter((number) => isOf(number, template)).length;
    if (numbers.length > 0 && having === 0) continue;
    const shape = JSON.stringify([blankUse(template), fileOfHeader(template)]);
    const known = variants.get(shape) ?? { template, accounts: 0, numbers: 0 };
    variants.set(shape, {
      ...known,
      accounts: known.accounts + 1,
      numbers: known.numbers + having,
    });
  }
  return [...variants.values()].toSorted((a, b) => toFill(b.template) - toFill(a.template));
}

function toFill(template: ProviderTemplate): number {
  const { header, body = [], buttons = [] } = blankUse(template);
  return (header || fileOfHeader(template) ? 1 : 0) + body.length + buttons.length;
}

/** Those that one of the numbers can send, each name and language once; of all, where no number is known. */
export function offered(
  templates: readonly ProviderTemplate[],
  numbers: readonly Profile[],
): ProviderTemplate[] {
  const seen = new Set<string>();
  return templates.flatMap((one) => {
    const key = `${one.name} ${one.language}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return variantsOf(templates, one, numbers)[0]?.template ?? [];
  });
}

/** The one that is meant: one that takes what is filled, or else one that is approved. */
export function named(
  templates: readonly ProviderTemplate[] | undefined,
  use: TemplateUse,
): ProviderTemplate | undefined {
  const same = templates?.filter((one) => isNamed(one, use)) ?? [];
  const fitting = variantsOf(same, use, []).find(({ template }) => fits(template, use));
  return fitting?.template ?? same.find(isApproved) ?? same[0];
}

/** Whether what is filled is what the template asks for; a file may still be missing. */
export function fits(template: ProviderTemplate, use: TemplateUse): boolean {
  const blank = blankUse(template);
  const parts = ({ body = [], buttons = [] }: TemplateUse) =>
    JSON.stringify([body.map(({ name }) => name ?? null), buttons.map(({ index }) => index)]);
  return takesHeader(template, blank.header, use.header) && parts(blank) === parts(use);
}

type Header = TemplateUse["header"];

function takesHeader(template: ProviderTemplate, wanted: Header, given: Header): boolean {
  const file = fileOfHeader(template);
  if (given?.type === "media") return file !== null && (given.media.kind ?? file) === file;
  if (given?.type === "text") {
    const nameOf = ({ parameter }: typeof given) => parameter.name ?? null;
    return wanted?.type === "text" && nameOf(wanted) === nameOf(given);
  }
  return wanted?.type !== "text" && (given === undefined || file === null);
}

/** The template with what was filled for another variant of it, as far as that has a place. */
export function refit(template: ProviderTemplate, use: TemplateUse): TemplateUse {
  const blank = blankUse(template);
  const { header } = use;
  const media = header?.type === "media" && header.media.kind === fileOfHeader(template);
  const text = blank.header?.type === "text" && header?.type === "text" && header.parameter.text;
  return {
    ...blank,
    ...(media && { header }),
    ...(blank.header?.type === "text" &&
      text && {
        header: { ...blank.header, parameter: { ...blank.header.parameter, text } },
      }),
    body: blank.body?.map((place, nth) => {
      const filled = use.body?.find((one, mth) =>
        place.name ? one.name === place.name : !one.name && mth === nth,
      );
      return { ...place, text: filled?.text ?? "" };
    }),
    buttons: blank.buttons?.map((button) => {
      const filled = use.buttons?.find(({ index }) => index === button.index);
      return { ...button, text: filled?.text ?? "" };
    }),
  };
}
