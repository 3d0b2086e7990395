import { useQuery } from "@tanstack/react-query";
import { campaignFailures } from "@/api/campaigns";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { errorClass } from "@/i18n/en/error-words";
import { count } from "@/i18n/format";

type Props = {
  id: string;
  selected: string | undefined;
  onSelect: (code: string | undefined) => void;
};

export function Failures({ id, selected, onSelect }: Props) {
  const query = useQuery(campaignFailures(id));
  return (
    <Panel title={t.campaign.failures}>
      <Loaded query={query} what={t.campaign.failures}>
        {({ items }) => {
          if (items.length === 0)
            return <p className="px-4 py-4 text-soft">{t.campaign.noFailures}</p>;
          const top = Math.max(...items.map((item) => item.count));
          return (
            <ul className="p-2">
              {items.map((item) => {
                const on = selected === item.code;
                return (
                  <li key={item.code}>
                    <button
                      type="button"
                      aria-pressed={on}
                      onClick={() => onSelect(on ? undefined : item.code)}
                      className={cn(
                        "block w-full rounded-lg px-2 py-1.5 text-start hover:bg-hover",
                        on && "bg-accent-wash",
                      )}
                    >
                      <span className="flex items-baseline gap-2">
                        <span className="min-w-0 flex-1 truncate">{item.title}</span>
                        <span className="tnum font-medium">{count(item.count)}</span>
                      </span>
                      <span className="mt-1 flex items-center gap-2">
                        <span className="h-1 flex-1 overflow-hidden rounded-full bg-hover">
                          <span
                            className="block h-full rounded-full bg-st-failed"
                            style={{ width: `${(item.count / top) * 100}%` }}
                          />
                        </span>
                        <span className="text-2xs text-faint">{errorClass(item.class)}</span>
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
