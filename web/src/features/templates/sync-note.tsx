import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, LoaderCircle, X } from "lucide-react";
import { packageList } from "@/api/packages";
import type { SyncAccepted } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useMay } from "@/components/use-may";
import { templateWords } from "@/i18n/en/template-words";
import { when } from "@/i18n/format";

const words = templateWords.sync;

type Props = {
  asked: SyncAccepted["asked"];
  at: string;
  /** The list is still read again and again for what they answer. */
  waiting: boolean;
  onHide: () => void;
};

/** Who was asked, and what went wrong the last time: what they answer now is not here yet. */
export function SyncNote({ asked, at, waiting, onHide }: Props) {
  const enabled = useMay("numbers.read");
  const packages = useQuery({ ...packageList(), enabled }).data?.items;
  const nameOf = (id: string) =>
    packages?.flatMap((pack) => pack.profiles).find((one) => one.id === id)?.name ?? words.aNumber;
  const troubled = asked.filter(({ trouble }) => trouble);
  const Sign = waiting ? LoaderCircle : CircleCheck;
  return (
    <section
      aria-label={words.action}
      className="card mb-3 flex shrink-0 items-start gap-3 px-4 py-3"
    >
      <Sign
        aria-hidden="true"
        className={waiting ? "mt-0.5 size-4 animate-spin text-faint" : "mt-0.5 size-4 text-good"}
      />
      <div className="min-w-0 flex-1">
        <p role="status">
          {asked.length === 0
            ? words.nobody
            : waiting
              ? words.asking(asked.length)
              : words.asked(asked.length, when(at))}
        </p>
        {troubled.length > 0 && (
          <ul className="mt-1 flex flex-col gap-1 text-xs">
            {troubled.map(({ profile_id, trouble, asked_at }) => (
              <li key={profile_id} className="flex gap-1.5 text-warn">
                <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
                <span className="min-w-0 break-words">
                  {words.trouble(nameOf(profile_id))} {trouble}.{" "}
                  {asked_at ? words.before(when(asked_at)) : words.neverBefore}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Button look="quiet" size="icon-sm" aria-label={words.hide} onClick={onHide}>
        <X aria-hidden="true" className="size-4" />
      </Button>
    </section>
  );
}
