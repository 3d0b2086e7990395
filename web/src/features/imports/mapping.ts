import type { ImportMapping } from "@/api/types";

/** The columns with a meaning of their own; every other one may become a field. */
export type Part = "phone" | "name" | "consent";
export const PARTS: readonly Part[] = ["phone", "name", "consent"];

/** A field name as it will stand between double braces in a text. */
export function fieldName(header: string): string {
  return header
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
}

/** Gives a part its column. A column has one meaning, so others let go of it. */
export function assign(mapping: ImportMapping, part: Part, header: string | null): ImportMapping {
  const next: ImportMapping = { ...mapping };
  if (mapping.fields) next.fields = { ...mapping.fields };
  for (const other of PARTS) if (header !== null && next[other] === header) next[other] = null;
  for (const [name, column] of Object.entries(next.fields ?? {})) {
    if (column === header) delete next.fields?.[name];
  }
  next[part] = header;
  return next;
}

/** Keeps a column as a contact field, or drops it. */
export function keepField(mapping: ImportMapping, header: string, keep: boolean): ImportMapping {
  const fields = Object.fromEntries(
    Object.entries(mapping.fields ?? {}).filter(([, column]) => column !== header),
  );
  if (keep) fields[freeName(fieldName(header) || "field", fields)] = header;
  return { ...mapping, fields };
}

export function keptAs(mapping: ImportMapping, header: string): string | null {
  return Object.entries(mapping.fields ?? {}).find(([, column]) => column === header)?.[0] ?? null;
}

/** A name may be put together from several columns: `First name + Last name`. */
const JOIN = " + ";

/** What a part may be: a column, or what it is put together from now. */
export function choices(headers: string[], value: string | null | undefined): string[] {
  return value && !headers.includes(value) ? [value, ...headers] : headers;
}

/** The columns that are not the phone, the name or the consent. */
export function otherColumns(headers: string[], mapping: ImportMapping): string[] {
  const used = new Set(
    PARTS.flatMap((part) => {
      const value = mapping[part];
      return !value || headers.includes(value) ? value : value.split(JOIN);
    }),
  );
  return headers.filter((header) => !used.has(header));
}

/** Without the parts that have no column. Where nothing was said of fields, all other columns are fields. */
export function forServer(mapping: ImportMapping): ImportMapping {
  return {
    ...(mapping.phone ? { phone: mapping.phone } : {}),
    ...(mapping.name ? { name: mapping.name } : {}),
    ...(mapping.consent ? { consent: mapping.consent } : {}),
    ...(mapping.fields ? { fields: mapping.fields } : {}),
  };
}

function freeName(wanted: string, taken: Record<string, string>): string {
  let name = wanted;
  for (let i = 2; name in taken; i += 1) name = `${wanted}_${i}`;
  return name;
}
