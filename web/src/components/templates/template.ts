import type { Profile, ProviderTemplate, TemplatePart, TemplateUse } from "@/api/types";

/** The places of a text in the order in which they are sent: numbers by their value, names as they stand. */
export function placesOf(part: TemplatePart | null): string[] {
  const places = part?.places ?? [];
  return places.every(isNumber) ? places.toSorted((a, b) => Number(a) - Number(b)) : places;
}

const isNumber = (place: string) => /^\d+$/.test(place);

/** The header that a send has to bring a file for. */
export function fileOfHeader({ header }: ProviderTemplate): "image" | "video" | "document" | null {
  const format = header?.format;
  return format === "image" || format === "video" || format === "document" ? format : null;
}

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** A text of a template in pieces, of which some are places. */
export function pieces(text: string): { text: string; place: string | null }[] {
  const found: { text: string; place: string | null }[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), place: null });
    found.push({ text: match[0], place: match[1] ?? "" });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), place: null });
  return found;
}

/** Nothing filled yet. */
export function blankUse(template: ProviderTemplate): TemplateUse {
  const parameters = (part: TemplatePart | null) =>
    placesOf(part).map((place) => ({ text: "", ...(!isNumber(place) && { name: place }) }));
  const [text] = template.header?.format === "text" ? parameters(template.header) : [];
  const header = text ? { type: "text" as const, parameter: text } : null;
  return {
    type: "template",
    name: template.name,
    language: template.language,
    // Nothing is said of a file that is still to be chosen.
    ...(fileOfHeader(template) === null && { header }),
    body: parameters(template.body),
    buttons: template.buttons.flatMap(({ takes_suffix }, index) =>
      takes_suffix ? [{ index, kind: "url_suffix" as const, text: "" }] : [],
    ),
  };
}

/** What fills each place of the body, as far as it is filled. */
export function valuesOf(template: ProviderTemplate, use: TemplateUse): Map<string, string> {
  return new Map(placesOf(template.body).map((place, nth) => [place, use.body?.[nth]?.text ?? ""]));
}

/** What people read of it. Places that are empty stand as they do at the provider. */
export function textOf(template: ProviderTemplate, use: TemplateUse): string {
  const values = valuesOf(template, use);
  return pieces(template.body?.text ?? "")
    .map(({ text, place }) => (place === null ? text : values.get(place)?.trim() || text))
    .join("");
}

/** Whether a place is still empty; the file of a header is another matter. */
export function hasEmptyPlaces({ header, body = [], buttons = [] }: TemplateUse): boolean {
  const texts = [...body, ...buttons, ...(header?.type === "text" ? [header.parameter] : [])];
  return texts.some(({ text }) => !text.trim());
}

/** Whether the file of its header is still to be chosen. */
export const lacksFile = (template: ProviderTemplate, use: TemplateUse): boolean =>
  fileOfHeader(template) !== null && use.header?.type !== "media";

/** How the provider stands to it, and first of all whether it still has it. */
export const standing = ({ status, gone }: Pick<ProviderTemplate, "status" | "gone">): string =>
  gone ? "gone" : status;

/** The provider takes it as it is now. */
export const isApproved = ({ status, gone }: ProviderTemplate): boolean =>
  !gone && (status === "approved" || status === "active");

const OTHER_PARTS = ["carousel", "limited_time_offer"];
const OTHER_BUTTONS = ["copy_code", "mpm", "spm", "catalog"];

/** Parts that no message of ours can fill. */
export function hasOtherParts(template: ProviderTemplate): boolean {
  const components = template.components as { type?: unknown }[];
  return (
    template.header?.format === "location" ||
    components.some(({ type }) => OTHER_PARTS.includes(String(type).toLowerCase())) ||
    template.buttons.some(({ kind }) => OTHER_BUTTONS.includes(kind))
  );
}

export const isUsable = (template: ProviderTemplate): boolean =>
  isApproved(template) && !hasOtherParts(template);

export type Name = Pick<TemplateUse, "name" | "language">;

/** By name alone, or with what fills its text. */
export type Wanted = Name & Partial<Pick<TemplateUse, "body">>;

export const nameOf = ({ name, language }: ProviderTemplate): Name => ({ name, language });

export const isNamed = (one: ProviderTemplate, { name, language }: Name): boolean =>
  one.name === name && one.language === language;

/** Whether it is of the number's business account; of any, while that is not known. */
export const isOf = (number: Profile, { provider, account_id }: ProviderTemplate): boolean =>
  number.provider === provider && (number.quality.business_account ?? account_id) === account_id;

/** Whether a number can send it. Of an account that told of no template, nothing is known against it. */
export function hasTemplate(
  number: Profile,
  templates: readonly ProviderTemplate[],
  wanted: Wanted,
): boolean {
  const told = templates.filter((one) => isOf(number, one));
  const takes = (one: ProviderTemplate) =>
    wanted.body === undefined || wanted.body.length === placesOf(one.body).length;
  return (
    told.length === 0 || told.some((one) => isNamed(one, wanted) && isApproved(one) && takes(one))
  );
}

/** How many numbers have it, of those whose provider tells of templates. */
export function shareOf(
  numbers: readonly Profile[],
  templates: readonly ProviderTemplate[],
  wanted: Wanted,
): { have: number; all: number } {
  const able = numbers.filter(({ provider }) => templates.some((one) => one.provider === provider));
  const have = able.filter((number) => hasTemplate(number, templates, wanted));
  return { have: have.length, all: able.length };
}

export function isMatch(template: ProviderTemplate, q: string): boolean {
  const wanted = q.trim().toLowerCase();
  const said = [
    template.name,
    template.header?.text,
    template.body?.text,
    template.footer,
    ...template.buttons.map(({ text }) => text),
  ];
  return said.some((text) => text?.toLowerCase().includes(wanted));
}
