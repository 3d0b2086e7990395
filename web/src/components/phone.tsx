import type { ReactNode } from "react";
import { clockTime } from "@/i18n/format";

type Props = {
  /** Whose chat it is. */
  who: string;
  detail?: string;
  /** What the bubble is, for who cannot see it. */
  label: string;
  children: ReactNode;
};

/** A message as it stands on a phone. */
export function Phone({ who, detail, label, children }: Props) {
  return (
    <div className="w-[17rem] max-w-full overflow-hidden rounded-[2rem] border-[6px] border-[#1c2422] bg-[#efe9e1] shadow-pop dark:border-[#3a4442] dark:bg-[#0f1614]">
      <div className="flex items-center gap-2.5 bg-[#0d3b34] px-4 py-3 text-white">
        <span
          aria-hidden="true"
          className="flex size-7 shrink-0 items-center justify-center rounded-full bg-white/15 text-xs font-semibold"
        >
          {who[0]?.toUpperCase()}
        </span>
        <div className="min-w-0">
          <p className="truncate text-sm leading-4 font-medium">{who}</p>
          {detail && <p className="tnum text-2xs text-white/80">{detail}</p>}
        </div>
      </div>
      <div className="flex min-h-72 flex-col justify-end p-3">
        <div
          className="max-h-80 overflow-y-auto rounded-lg rounded-tl-none bg-white px-2.5 py-1.5 text-[#152220] shadow-sm dark:bg-[#1f2b29] dark:text-[#e8efec]"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls and must be reachable by keyboard
          tabIndex={0}
          role="region"
          aria-label={label}
        >
          {children}
          <p
            aria-hidden="true"
            className="tnum text-end text-2xs text-[#5d6966] dark:text-[#9fb0ab]"
          >
            {clockTime(new Date())}
          </p>
        </div>
      </div>
    </div>
  );
}
