import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { campaignForecast } from "@/api/campaigns";
import { contactList } from "@/api/contacts";
import type { Forecast, Package } from "@/api/types";
import { limitDetail } from "@/components/pace";
import { buttonStyle } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Empty, ErrorPanel, Loaded, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { numberWords as words } from "@/i18n/en/number-words";
import { count, duration, percent, when } from "@/i18n/format";

/** As many as a percentage has. */
const ASKED = 100;

/** How a package would send, as the server reckons it for contacts that may be written to. */
export default function PreviewDialog({ pack, onClose }: { pack: Package; onClose: () => void }) {
  const contacts = useInfiniteQuery(contactList({ consent: "granted", blocked: false }));
  const ids = contacts.data?.pages[0]?.items.slice(0, ASKED).map(({ id }) => id);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.previewTitle(pack.name)}
      description={words.previewLead}
    >
      {ids === undefined ? (
        contacts.isError ? (
          <ErrorPanel
            what={words.previewContacts}
            error={contacts.error}
            onRetry={() => contacts.refetch()}
          />
        ) : (
          <SkeletonRows rows={4} className="px-0" />
        )
      ) : ids.length === 0 ? (
        <Empty
          title={words.previewNobody}
          action={
            <Link to="/contacts/import" className={buttonStyle({ look: "primary" })}>
              {t.contacts.import}
            </Link>
          }
        >
          {words.previewNobodyHint}
        </Empty>
      ) : (
        <Reckoned pack={pack} ids={ids} />
      )}
    </Dialog>
  );
}

function Reckoned({ pack, ids }: { pack: Package; ids: string[] }) {
  const query = useQuery(
    campaignForecast({
      audience: { contact_ids: ids },
      // Any text will do: it is about the numbers.
      template_text: "…",
      package_id: pack.id,
    }),
  );
  return (
    <Loaded
      query={query}
      what={words.preview}
      skeleton={<SkeletonRows rows={4} className="px-0" />}
    >
      {(forecast) => <Answer pack={pack} forecast={forecast} />}
    </Loaded>
  );
}

function Answer({ pack, forecast }: { pack: Package; forecast: Forecast }) {
  const { recipients, binding_limit: limit, finish_at: finish } = forecast;
  const capped = forecast.excluded.over_cap ?? 0;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-base font-semibold">{words.previewHundred(recipients)}</p>
      {capped > 0 ? (
        <p className="text-xs text-faint">{words.previewCapped(capped)}</p>
      ) : (
        recipients < ASKED && <p className="text-xs text-faint">{words.previewFewer(recipients)}</p>
      )}
      <dl className="divide-y border-y">
        <Definition term={words.previewFinish}>
          {finish
            ? words.previewFinishAt(when(finish), duration(forecast.duration_seconds ?? 0))
            : words.previewNever}
        </Definition>
        <Definition term={words.previewBinding}>
          {limit ? (
            <>
              {t.limits[limit.name] ?? limit.name}
              <span className="block text-xs text-faint first-letter:uppercase">
                {limitDetail(limit)}
              </span>
            </>
          ) : (
            words.previewNothingBinds
          )}
        </Definition>
        <Definition term={words.distribution}>{words.distributions[pack.distribution]}</Definition>
      </dl>
      <Shares forecast={forecast} />
    </div>
  );
}

function Shares({ forecast }: { forecast: Forecast }) {
  const all = Math.max(forecast.recipients, 1);
  if (forecast.per_profile.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 font-semibold">{words.previewShares}</h3>
      <ul className="flex flex-col gap-2.5">
        {forecast.per_profile.map(({ profile_id, name, share }) => (
          <li key={profile_id}>
            <p className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate">{name}</span>
              <span className="tnum shrink-0">
                {count(share)} <span className="text-faint">{percent(share / all)}</span>
              </span>
            </p>
            <span
              aria-hidden="true"
              className="mt-1 block h-1.5 overflow-hidden rounded-full bg-hover"
            >
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${(share / all) * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
