import { useState } from "react";
import { keepSession } from "@/api/client";
import { contentPath } from "@/api/media";
import type { Id } from "@/api/types";

/**
 * The address of a file's content for elements that fetch it by themselves. The
 * cookie may have ended while the page was asleep: it is tried once more after the
 * session was looked at.
 */
export function useContent(id: Id) {
  const [tries, setTries] = useState(0);
  const [broken, setBroken] = useState(false);
  const onError = () => {
    if (tries > 0) return setBroken(true);
    void keepSession().then(
      () => setTries(1),
      () => setBroken(true),
    );
  };
  return { src: contentPath(id), key: `${id} ${tries}`, broken, onError };
}
