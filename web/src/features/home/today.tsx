import { useQuery } from "@tanstack/react-query";
import { overview } from "@/api/analytics";
import { Figure } from "@/components/ui/page";
import { Loaded, Skeleton } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { count, percent } from "@/i18n/format";

export function Today() {
  const query = useQuery(overview());
  return (
    <section aria-label={t.home.today} className="card overflow-clip">
      <Loaded query={query} what={t.home.today} skeleton={<Waiting />}>
        {({ today }) => {
          const share = (part: number) =>
            today.sent > 0 ? t.home.ofSent(percent(part / today.sent)) : " ";
          return (
            <dl className="grid grid-cols-2 gap-x-4 gap-y-4 px-5 py-4 sm:grid-cols-5">
              <Figure label={t.home.sent} value={count(today.sent)} note={t.home.today} />
              <Figure
                label={t.home.delivered}
                value={count(today.delivered)}
                note={share(today.delivered)}
              />
              <Figure label={t.home.read} value={count(today.read)} note={share(today.read)} />
              <Figure
                label={t.home.failed}
                value={count(today.failed)}
                note={share(today.failed)}
                tone={today.failed > 0 ? "text-bad" : undefined}
              />
              <Figure label={t.home.inbound} value={count(today.inbound)} note={t.home.today} />
            </dl>
          );
        }}
      </Loaded>
    </section>
  );
}

function Waiting() {
  return (
    <div className="grid grid-cols-2 gap-4 px-5 py-4 sm:grid-cols-5">
      {[1, 2, 3, 4, 5].map((i) => (
        <Skeleton key={i} className="h-15" />
      ))}
    </div>
  );
}
