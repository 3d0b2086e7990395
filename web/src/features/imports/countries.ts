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

/** Countries whose local number forms are commonly met, by name. */
export const COUNTRIES: [code: string, name: string][] = codes
  .map((code): [string, string] => [code, names.of(code) ?? code])
  .sort((a, b) => a[1].localeCompare(b[1]));
