import type { Certificate, Me } from "@/api/types";
import { t } from "@/i18n/catalogue";

/** Who erased somebody; the server knows the one who asks by their id alone. */
export function erasedBy({ by }: Pick<Certificate, "by">, { user }: Pick<Me, "user">): string {
  if (by === null) return t.privacy.system;
  if (by === `user:${user.id}`) return user.full_name;
  return /^(user|api_key):/.test(by) ? t.privacy.someone : by;
}
