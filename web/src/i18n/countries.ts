const codes = [
  "AE",
  "AR",
  "AU",
  "BD",
  "BR",
  "CL",
  "CO",
  "DE",
  "EG",
  "ES",
  "FR",
  "GB",
  "GH",
  "ID",
  "IN",
  "IT",
  "KE",
  "KW",
  "MA",
  "MX",
  "MY",
  "NG",
  "NL",
  "PE",
  "PH",
  "PK",
  "PT",
  "QA",
  "SA",
  "SG",
  "TH",
  "TR",
  "US",
  "VN",
  "ZA",
];

const names = new Intl.DisplayNames(["en"], { type: "region" });

export const countryName = (code: string): string => names.of(code) ?? code;

/** Countries whose local number forms are commonly met, by name. */
export const COUNTRIES: [code: string, name: string][] = codes
  .map((code): [string, string] => [code, countryName(code)])
  .sort((a, b) => a[1].localeCompare(b[1]));
