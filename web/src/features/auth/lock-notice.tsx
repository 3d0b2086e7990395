import { countdown } from "@/components/countdown";
import { t } from "@/i18n/catalogue";

/** That signing in is locked, and for how long still; nothing once it may be tried again. */
export function LockNotice({ seconds }: { seconds: number }) {
  if (seconds <= 0) return null;
  return (
    <div role="alert" className="rounded-lg bg-warn-wash px-3 py-2 text-warn">
      {t.signIn.locked}{" "}
      <span role="timer" className="tnum font-medium">
        {t.signIn.lockedFor(countdown(seconds))}
      </span>
    </div>
  );
}
