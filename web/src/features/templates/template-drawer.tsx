import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Megaphone, TriangleAlert } from "lucide-react";
import { ApiError } from "@/api/problem";
import { template as one } from "@/api/templates";
import type { ProviderTemplate } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { Phone } from "@/components/phone";
import {
  blankUse,
  hasOtherParts,
  isUsable,
  standing,
  textOf,
} from "@/components/templates/template";
import { said, TemplateBadge } from "@/components/templates/template-badge";
import { TemplateView } from "@/components/templates/template-view";
import { buttonStyle } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { templateWords as words } from "@/i18n/en/template-words";
import { exactTime, when } from "@/i18n/format";

/** One template: what people see of it, how the provider stands to it, and what it is used for. */
export default function TemplateDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(one(id));
  const gone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={<span className="break-all">{query.data?.name ?? words.one}</span>}
      description={query.data && words.languageName(query.data.language)}
    >
      {gone ? (
        <Empty title={words.gone}>{words.goneHint}</Empty>
      ) : (
        <Loaded
          query={query}
          what={words.one}
          skeleton={<SkeletonRows rows={6} className="px-0" />}
        >
          {(template) => <Body template={template} />}
        </Loaded>
      )}
    </Dialog>
  );
}

function Body({ template }: { template: ProviderTemplate }) {
  const who = useMe().tenant.name;
  const state = standing(template);
  const hint = words.statusHints[state];
  const hasPlaces = [template.header, template.body].some((part) => part?.places.length);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <TemplateBadge template={template} />
        {hint && <p className="min-w-0 flex-1 basis-48 text-xs text-soft">{hint}</p>}
      </div>
      {template.reason && (
        <p className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
          <span className="font-medium">{words.reason}:</span> {template.reason}
        </p>
      )}
      {template.drifted_at && (
        <div className="flex gap-2 rounded-lg bg-warn-wash px-3 py-2 text-warn">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <div className="min-w-0">
            <p className="font-medium">{words.drifted(when(template.drifted_at))}</p>
            <p className="text-xs">{words.driftedHint}</p>
          </div>
        </div>
      )}
      {hasOtherParts(template) && (
        <p className="rounded-lg bg-sunken px-3 py-2 text-soft">{words.otherParts}</p>
      )}
      <section aria-label={words.preview} className="flex flex-col items-center gap-2">
        <Phone who={who} label={words.preview}>
          <TemplateView template={template} />
        </Phone>
        {hasPlaces && <p className="text-xs text-faint">{words.previewHint}</p>}
      </section>
      {isUsable(template) && <UseIt template={template} />}
      <Facts template={template} />
    </div>
  );
}

function UseIt({ template }: { template: ProviderTemplate }) {
  const attachment = blankUse(template);
  return (
    <Allowed to="campaigns.write" instead={words.use}>
      <Link
        to="/campaigns/new"
        search={{ attachment, text: textOf(template, attachment) }}
        className={buttonStyle({ look: "primary" })}
      >
        <Megaphone aria-hidden="true" className="size-3.5" />
        {words.use}
      </Link>
    </Allowed>
  );
}

function Facts({ template }: { template: ProviderTemplate }) {
  return (
    <dl className="divide-y border-y">
      <Definition term={words.language}>
        {words.languageName(template.language)} ({template.language})
      </Definition>
      <Definition term={words.category}>{said(words.categories, template.category)}</Definition>
      {template.quality && (
        <Definition term={words.quality}>{said(words.ratings, template.quality)}</Definition>
      )}
      <Definition term={words.account}>{template.account_id}</Definition>
      <Definition term={words.found}>
        <time dateTime={template.found_at} title={exactTime(template.found_at)}>
          {when(template.found_at)}
        </time>
      </Definition>
      <Definition term={words.changed}>
        <time dateTime={template.updated_at} title={exactTime(template.updated_at)}>
          {when(template.updated_at)}
        </time>
      </Definition>
      <Definition term={words.providerId}>
        <Copy text={template.provider_id} label={`${t.actions.copy}: ${words.providerId}`} />
      </Definition>
    </dl>
  );
}
