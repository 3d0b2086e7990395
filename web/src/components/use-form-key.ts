import { useCallback, useState } from "react";
import { randomId } from "@/api/identity";

/**
 * An idempotency key made when the form opens. It stays the same for repeated
 * presses and is renewed after a success, or when the content has changed.
 */
export function useFormKey(): [string, () => void] {
  const [key, setKey] = useState(randomId);
  const renew = useCallback(() => setKey(randomId()), []);
  return [key, renew];
}
