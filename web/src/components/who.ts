import { t } from "@/i18n/catalogue";

type Known = { contact_name: string | null; phone: string | null };

/** Nobody is known without a name and without a number, unless they were erased. */
export const isErased = ({ contact_name, phone }: Known): boolean => !contact_name && !phone;

/** A person by name or number. */
export const whoIs = ({ contact_name, phone }: Known): string =>
  contact_name || phone || t.erasing.nobody;
