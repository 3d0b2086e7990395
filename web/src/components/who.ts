import { t } from "@/i18n/catalogue";

type Known = { contact_name: string | null; phone: string | null };

/** A person by name or number; nobody else is without both but who was erased. */
export const whoIs = ({ contact_name, phone }: Known): string =>
  contact_name || phone || t.erasing.nobody;
