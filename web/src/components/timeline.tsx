import type { TimelineItem } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { exactTime, when } from "@/i18n/format";

type Props = { items: TimelineItem[]; label: string };

/** What happened, newest first, with who did it. */
export function Timeline({ items, label }: Props) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {items.map((item, index) => (
        <li key={`${item.position}-${item.type}`} className="relative flex gap-3 pb-3.5 last:pb-0">
          {index < items.length - 1 && (
            <span
              aria-hidden="true"
              className="absolute start-[3.5px] top-3 bottom-[-4px] w-px bg-line"
            />
          )}
          <span
            aria-hidden="true"
            className="relative mt-1.5 size-2 shrink-0 rounded-full bg-edge"
          />
          <div className="min-w-0 flex-1">
            <p className="break-words">{item.summary}</p>
            <p className="text-xs text-faint">
              {item.actor || t.campaign.system}
              {" · "}
              <time dateTime={item.at} title={exactTime(item.at)}>
                {when(item.at)}
              </time>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
