import { ProgressBar } from "@/components/ui/gauge";
import { useNow } from "@/components/use-now";
import { numberWords } from "@/i18n/en/number-words";

const words = numberWords.linking;

/** Providers make a new code so often. */
export const CODE_SECONDS = 20;

type Props = { code: string | null; since: number | null };

/** The code, large enough for a phone held in front of it, and how long it holds. */
export function LinkCode({ code, since }: Props) {
  if (!code || since === null) {
    return (
      <p
        role="status"
        className="flex size-[17.5rem] max-w-full animate-breathe items-center justify-center self-center rounded-xl bg-hover p-6 text-center text-soft"
      >
        {words.waitingForCode}
      </p>
    );
  }
  return (
    <div className="flex w-[17.5rem] max-w-full flex-col gap-2 self-center">
      {/* White in either theme: cameras want the contrast, and the quiet zone around it. */}
      <img
        src={code}
        alt={words.code}
        className="aspect-square w-full rounded-xl border bg-white object-contain p-3 [image-rendering:pixelated]"
      />
      <p className="sr-only" aria-live="polite" key={since}>
        {words.newAnnounced}
      </p>
      <Countdown since={since} />
    </div>
  );
}

function Countdown({ since }: { since: number }) {
  const now = useNow(1000);
  const left = Math.max(0, Math.ceil(CODE_SECONDS - (now - since) / 1000));
  const said = left > 0 ? words.newIn(Math.min(left, CODE_SECONDS)) : words.newSoon;
  return (
    <div className="flex flex-col gap-1">
      <ProgressBar label={said} value={left} max={CODE_SECONDS} />
      <p role="timer" className="tnum text-center text-xs text-soft">
        {said}
      </p>
    </div>
  );
}
