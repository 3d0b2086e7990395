import { many, n } from "./numbers";

const languages = new Intl.DisplayNames("en-GB", { type: "language", fallback: "code" });

/** The words of templates that are registered with providers; fetched with the places that show them. */
export const templateWords = {
  title: "Templates",
  lead: "Texts that are registered with the provider. Once approved, they may open a conversation.",
  what: "The templates",
  one: "The template",
  name: "Name",
  language: "Language",
  category: "Category",
  status: "Status",
  quality: "Quality",
  account: "Business account",
  changed: "Changed",
  shown: (count: number, all: number) =>
    count === all ? many(all, "template", "templates") : `${n(count)} of ${n(all)} templates`,
  /** "American English", from the code that the provider writes. */
  languageName: (code: string): string => {
    try {
      return languages.of(code.replaceAll("_", "-")) ?? code;
    } catch {
      return code;
    }
  },
  categories: {
    marketing: "Marketing",
    utility: "Utility",
    authentication: "Authentication",
  } as Record<string, string>,
  statuses: {
    approved: "Approved",
    active: "Approved",
    pending: "In review",
    in_appeal: "In appeal",
    rejected: "Rejected",
    paused: "Paused",
    disabled: "Disabled",
    limit_exceeded: "Over the limit",
    pending_deletion: "Being deleted",
    deleted: "Deleted",
    archived: "Archived",
    gone: "Gone",
  } as Record<string, string>,
  statusHints: {
    approved: "The provider takes it.",
    active: "The provider takes it.",
    pending: "The provider is looking at it. It cannot be sent until it is approved.",
    in_appeal: "The provider was asked to look again. It cannot be sent until it is approved.",
    rejected: "The provider refused it. It has to be changed there before it can be sent.",
    paused: "People reported it, so the provider takes it again only after a while.",
    disabled: "People reported it too often. The provider does not take it any more.",
    gone: "The provider does not have it any more.",
  } as Record<string, string>,
  ratings: {
    green: "High",
    yellow: "Medium",
    red: "Low",
    unknown: "Not rated yet",
  } as Record<string, string>,
  drifted: (at: string) => `Text changed at the provider since ${at}`,
  driftedShort: "Text changed",
  driftedHint: "Look at it again before you send it: campaigns that use it send the new text.",
  reason: "Why",
  found: "First seen",
  providerId: "Id at the provider",
  otherParts: "It has parts that Waybill cannot fill, such as a carousel or a coupon.",
  filters: {
    search: "Name or text",
    anyStatus: "Any status",
    anyLanguage: "Any language",
    anyAccount: "Any account",
  },
  noNumber: "No official number yet",
  noNumberHint:
    "Templates belong to numbers of the WhatsApp Cloud API. Add one with its business account, and its templates appear here.",
  addNumber: "Add a number",
  none: "No templates yet",
  noneHint:
    "They are made and approved at the provider. A number tells of them when it knows its business account; they are asked for every hour.",
  noMatch: "No template matches",
  noMatchHint: "Try another name or text, or clear the filters.",
  sync: {
    action: "Ask the provider now",
    asking: (count: number) =>
      `${many(count, "number was", "numbers were")} told to ask the provider. What it answers appears here within seconds.`,
    asked: (count: number, at: string) => `${many(count, "number", "numbers")} asked at ${at}.`,
    nobody: "There is no number whose provider has templates.",
    before: (at: string) => `Asked before at ${at}.`,
    neverBefore: "Never asked before.",
    trouble: (name: string) => `${name}: the provider refused the last time.`,
    hide: "Hide",
    aNumber: "A number",
  },
  preview: "Preview",
  previewHint: "Marked places are filled for each person.",
  files: {
    image: "Picture",
    video: "Video",
    document: "Document",
    location: "Location",
  } as Record<string, string>,
  use: "Use in a campaign",
  pick: {
    title: "Choose a template",
    lead: "Only those that the provider takes now are shown.",
    none: "No template can be sent",
    noneHint: "Nothing that these numbers can send is approved at the provider.",
    toTemplates: "Look at the templates",
  },
  fill: {
    title: "What fills its places",
    header: (place: string) => `Header, {{${place}}}`,
    place: (place: string) => `{{${place}}}`,
    button: (title: string) => `End of the address behind “${title}”`,
    file: "File of the header",
    headerFile: (format: string) => `${format} above the text`,
    chooseFile: "Choose a file",
    missingFile: "The template needs one.",
    otherFile: (format: string) => `This file is not sent as: ${format.toLowerCase()}.`,
    insert: "Insert…",
    insertInto: (label: string) => `Insert a value into ${label}`,
    missing: "Nothing fills it yet.",
    needed: "Fill every place of the template.",
    fileNeeded: "Choose the file of the template’s header.",
    notUsable: (status: string) => `The provider does not take it now: ${status.toLowerCase()}.`,
    unknown: "No provider tells of this template any more.",
    textIsTheirs: "The text is as the provider approved it; only its places are filled.",
    variableHint:
      "A variable such as {{name}} stands for the value of each contact; {{city|our town}} has a fallback.",
  },
  variants: {
    differ: (accounts: number) =>
      `${n(accounts)} business accounts have this template, with different places or parts. What is filled here goes over numbers whose account has it like this; the others are left out.`,
    others: "What is filled does not match the template any more, or not that of these numbers.",
    fill: "Fill it as",
    choose: "Choose…",
    nothing: "No places",
    addresses: (count: number) => many(count, "address of a button", "addresses of buttons"),
    numbers: (count: number) => many(count, "number", "numbers"),
    accounts: (count: number) => many(count, "account", "accounts"),
  },
  haveIt: (have: number, all: number) =>
    have === 0
      ? "None of the numbers has it"
      : `${n(have)} of ${n(all)} numbers ${have === 1 ? "has" : "have"} it`,
  lacking: "Without the template",
  numbersWithout: (names: string) =>
    `These numbers are left out, because their account does not have the template approved like this: ${names}.`,
  noneHasIt: "No number of this package has the template approved.",
  gone: "This template is not there",
  goneHint: "The provider never told of it, or the link is incomplete.",
};
