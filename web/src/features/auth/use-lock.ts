import { useEffect, useState } from "react";
import { secondsLeft } from "@/components/countdown";
import { lockedUntil } from "./locked-until";

/** Too many wrong tries: how long it takes until the next one may be made. */
export function useLock() {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(Date.now);
  const seconds = secondsLeft(until, now);
  const locked = seconds > 0;
  useEffect(() => {
    if (!locked) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [locked]);
  return {
    seconds,
    /** For each refusal; those of another kind leave it as it is. */
    note: (error: unknown) => {
      const end = lockedUntil(error);
      if (end === null) return;
      setNow(Date.now());
      setUntil(end);
    },
  };
}
