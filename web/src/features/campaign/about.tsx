import { useQuery } from "@tanstack/react-query";
import { campaignTimeline } from "@/api/campaigns";
import { contactLists } from "@/api/contacts";
import type { Campaign } from "@/api/types";
import { HistoryLink } from "@/components/history-link";
import { AttachmentOf } from "@/components/media/attachment-of";
import { TemplateLink } from "@/components/templates/template-link";
import { Timeline } from "@/components/timeline";
import { Definition, Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { paceWords } from "@/i18n/en/pace-words";
import { count, when } from "@/i18n/format";
import { whenIn } from "@/i18n/zoned";

export function About({ campaign }: { campaign: Campaign }) {
  const lists = useQuery(contactLists()).data?.items;
  const zone = useMe().tenant.time_zone || "UTC";
  const { audience } = campaign;
  const text = campaign.template_text && (
    <p className="break-words whitespace-pre-wrap">{campaign.template_text}</p>
  );
  const excluded = Object.entries(campaign.excluded_by).filter(([, n]) => n > 0);
  const who =
    "all" in audience
      ? t.wizard.everyone
      : "list_id" in audience
        ? (lists?.find((list) => list.id === audience.list_id)?.name ?? t.wizard.aList)
        : "tags" in audience
          ? audience.tags.join(", ")
          : t.wizard.named(audience.contact_ids.length);
  return (
    <Panel title={t.campaign.textTitle}>
      <div className="border-b px-4 py-3">
        {campaign.attachment ? <AttachmentOf attachment={campaign.attachment} text={text} /> : text}
      </div>
      <dl className="divide-y px-4 py-1.5">
        {campaign.attachment?.type === "template" && (
          <Definition term={mediaWords.kinds.template}>
            <TemplateLink use={campaign.attachment} />
          </Definition>
        )}
        <Definition term={t.campaign.audience}>{who}</Definition>
        <Definition term={t.campaign.package}>{campaign.package_name ?? "–"}</Definition>
        {campaign.waiting_strategy && (
          <Definition term={paceWords.strategy}>
            {paceWords.said(
              paceWords.strategies[campaign.waiting_strategy],
              campaign.drip_interval_minutes === null
                ? null
                : paceWords.every(campaign.drip_interval_minutes),
            )}
          </Definition>
        )}
        {campaign.schedule_at && beginsLater(campaign) && (
          <Definition term={paceWords.notBefore}>{whenIn(campaign.schedule_at, zone)}</Definition>
        )}
        {campaign.started_at && (
          <Definition term={t.campaign.started}>{when(campaign.started_at)}</Definition>
        )}
        {campaign.completed_at && (
          <Definition term={t.campaign.ended}>{when(campaign.completed_at)}</Definition>
        )}
        {campaign.totals.excluded > 0 && (
          <Definition term={t.campaign.excluded}>
            {count(campaign.totals.excluded)}
            {excluded.map(([reason, n]) => (
              <span key={reason} className="block text-xs text-faint">
                {t.wizard.excluded[reason] ?? reason.replaceAll("_", " ")}: {count(n)}
              </span>
            ))}
          </Definition>
        )}
      </dl>
    </Panel>
  );
}

export function WhoDidWhat({ id }: { id: string }) {
  const query = useQuery(campaignTimeline(id));
  return (
    <Panel title={t.campaign.timeline} aside={<HistoryLink kind="campaign" id={id} />}>
      <Loaded query={query} what={t.campaign.timeline}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="p-4 text-soft">{t.campaign.noTimeline}</p>
          ) : (
            <section
              aria-label={t.campaign.timeline}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              tabIndex={0}
              className="max-h-80 overflow-y-auto p-4 focus-visible:-outline-offset-2"
            >
              <Timeline items={items} label={t.campaign.timeline} />
            </section>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Later than it was started, or than now; a time that is over holds nothing up. */
function beginsLater({ schedule_at, started_at }: Campaign): boolean {
  const from = started_at ? Date.parse(started_at) : Date.now();
  return schedule_at !== null && Date.parse(schedule_at) > from;
}
