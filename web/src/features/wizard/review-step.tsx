import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Forecast, Package } from "@/api/types";
import { AttachmentOf } from "@/components/media/attachment-of";
import { limitDetail } from "@/components/pace";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Definition, Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { paceWords } from "@/i18n/en/pace-words";
import { count, duration, when } from "@/i18n/format";
import { fromLocal, whenIn } from "@/i18n/zoned";
import { type Draft, textOf } from "./draft";
import { Exclusions } from "./exclusions";
import { paceSaid } from "./pace-fields";

type Props = {
  draft: Draft;
  query: UseQueryResult<Forecast>;
  pack: Package | undefined;
  zone: string;
  audienceName: string;
  /** Which numbers of the package cannot send the attachment, and why. */
  leftOut: string[];
  onGo: (step: number) => void;
};

export function ReviewStep({ draft, query, pack, zone, audienceName, leftOut, onGo }: Props) {
  const said = textOf(draft);
  const text = said && <p className="break-words whitespace-pre-wrap">{said}</p>;
  const edit = (step: number, label: string) => (
    <Button
      size="sm"
      look="quiet"
      aria-label={`${t.wizard.edit}: ${label}`}
      onClick={() => onGo(step)}
    >
      {t.wizard.edit}
    </Button>
  );
  return (
    <Loaded query={query} what={t.wizard.review}>
      {(forecast) => (
        <div className="flex flex-col gap-4" aria-busy={query.isPlaceholderData}>
          <Panel title={draft.name || t.wizard.name} aside={edit(1, t.wizard.steps[0] ?? "")}>
            <div className="grid gap-x-8 p-4 sm:grid-cols-2">
              <div>
                <p className="text-xs text-faint">{t.wizard.reach}</p>
                <p
                  className={cn(
                    "tnum text-3xl font-semibold tracking-[-0.03em]",
                    query.isPlaceholderData && "opacity-60",
                  )}
                >
                  {count(forecast.recipients)}
                </p>
                <p className="text-soft">{audienceName}</p>
              </div>
              <div className="max-sm:mt-4">
                <p className="mb-1 text-xs text-faint">{t.wizard.left}</p>
                <Exclusions excluded={forecast.excluded} />
              </div>
            </div>
          </Panel>
          {leftOut.map((note) => (
            <p key={note} role="status" className="rounded-[10px] bg-warn-wash px-4 py-2 text-warn">
              {note}
            </p>
          ))}
          <div className="grid gap-4 sm:grid-cols-2">
            <Cost forecast={forecast} />
            <Speed
              forecast={forecast}
              draft={draft}
              pack={pack}
              zone={zone}
              aside={edit(3, t.wizard.steps[2] ?? "")}
            />
          </div>
          <Panel title={t.wizard.text} aside={edit(2, t.wizard.text)}>
            <div className="p-4">
              {draft.attachment ? <AttachmentOf attachment={draft.attachment} text={text} /> : text}
            </div>
          </Panel>
        </div>
      )}
    </Loaded>
  );
}

function Cost({ forecast }: { forecast: Forecast }) {
  const after = forecast.points_available - forecast.points_needed;
  const each = forecast.recipients > 0 ? forecast.points_needed / forecast.recipients : 0;
  return (
    <Panel title={t.wizard.cost}>
      <dl className="divide-y px-4 py-1.5">
        <Definition term={t.wizard.cost}>
          {forecast.recipients > 0
            ? t.wizard.costLine(forecast.points_needed, each)
            : count(forecast.points_needed)}
        </Definition>
        <Definition term={t.wizard.balance}>{count(forecast.points_available)}</Definition>
        <Definition term={t.wizard.after}>
          <span className={cn("font-semibold", !forecast.sufficient && "text-bad")}>
            {count(after)}
          </span>
        </Definition>
      </dl>
      {!forecast.sufficient && (
        <p className="flex items-center justify-between gap-3 border-t bg-bad-wash px-4 py-2 text-bad">
          {t.wizard.short(-after)}
          <Link
            to="/wallet"
            search={{ topup: true }}
            className="font-medium underline underline-offset-2"
          >
            {t.wizard.topUp}
          </Link>
        </p>
      )}
    </Panel>
  );
}

type SpeedProps = {
  forecast: Forecast;
  draft: Draft;
  pack: Package | undefined;
  zone: string;
  aside: React.ReactNode;
};

function Speed({ forecast, draft, pack, zone, aside }: SpeedProps) {
  const begin = draft.at && fromLocal(draft.at, zone);
  return (
    <Panel title={pack?.name ?? t.wizard.package} aside={aside}>
      <dl className="divide-y px-4 py-1.5">
        <Definition term={paceWords.begins}>
          {begin ? whenIn(begin, zone) : paceWords.atOnce}
        </Definition>
        <Definition term={paceWords.strategy}>{paceSaid(draft, pack)}</Definition>
        <Definition term={t.wizard.finish}>
          {forecast.finish_at
            ? t.wizard.finishAt(when(forecast.finish_at), duration(forecast.duration_seconds ?? 0))
            : t.wizard.finishUnknown}
        </Definition>
        <Definition term={t.wizard.binding}>
          {forecast.binding_limit ? (
            <>
              {t.limits[forecast.binding_limit.name] ?? forecast.binding_limit.name}
              <span className="block text-xs text-faint first-letter:uppercase">
                {limitDetail(forecast.binding_limit)}
              </span>
            </>
          ) : (
            t.wizard.bindingNone
          )}
        </Definition>
        {forecast.per_profile.map((profile) => (
          <Definition key={profile.profile_id} term={profile.name}>
            {t.wizard.messages(profile.share)}
          </Definition>
        ))}
      </dl>
    </Panel>
  );
}
