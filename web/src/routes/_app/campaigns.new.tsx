import { useQuery } from "@tanstack/react-query";
import { createFileRoute, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { campaign } from "@/api/campaigns";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame, Panel } from "@/components/ui/page";
import { Empty, Loaded } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { useMe } from "@/components/use-me";
import { BLANK, type Draft, fromCampaign } from "@/features/wizard/draft";
import { readSearch } from "@/features/wizard/search";
import { Wizard } from "@/features/wizard/wizard";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/campaigns/new")({
  validateSearch: readSearch,
  component: NewCampaign,
});

function NewCampaign() {
  const search = Route.useSearch();
  const reason = useWhyNot("campaigns.write");
  // Decided once: the wizard itself writes what it holds into the URL.
  const [stored] = useState(
    search.text === undefined && search.name === undefined && search.audience === undefined
      ? search.draft
      : undefined,
  );
  return (
    <PageFrame
      title={search.draft ? t.wizard.editTitle : t.wizard.title}
      before={<BackLink to="/campaigns">{t.campaign.back}</BackLink>}
    >
      {reason ? (
        <Panel>
          <Empty title={reason}>{t.campaigns.noneHint}</Empty>
        </Panel>
      ) : stored ? (
        <FromDraft id={stored} />
      ) : (
        <Filled
          initial={{
            name: search.name ?? BLANK.name,
            audience: search.audience ?? BLANK.audience,
            text: search.text ?? BLANK.text,
            attachment: search.attachment ?? BLANK.attachment,
            package: search.package ?? BLANK.package,
            pace: search.pace ?? BLANK.pace,
            at: search.at ?? BLANK.at,
          }}
        />
      )}
    </PageFrame>
  );
}

function FromDraft({ id }: { id: string }) {
  const query = useQuery(campaign(id));
  const zone = useMe().tenant.time_zone || "UTC";
  return (
    <Loaded query={query} what={t.campaign.what}>
      {(data) => <Filled initial={fromCampaign(data, zone)} />}
    </Loaded>
  );
}

function Filled({ initial }: { initial: Draft }) {
  const { step = 1, draft } = Route.useSearch();
  const navigate = Route.useNavigate();
  const leave = useNavigate();
  // What rests only now must not bring back a screen that is being left.
  const leaving = useRef(false);
  return (
    <Wizard
      initial={initial}
      step={step}
      draftId={draft}
      onStep={(next) => void navigate({ search: (old) => ({ ...old, step: next }) })}
      onKeep={(kept) => {
        if (leaving.current) return;
        void navigate({
          search: (old) => ({
            ...old,
            name: kept.name || undefined,
            audience: kept.audience,
            text: kept.text || undefined,
            attachment: kept.attachment ?? undefined,
            package: kept.package || undefined,
            pace: kept.pace || undefined,
            at: kept.at || undefined,
          }),
          replace: true,
        });
      }}
      onDraft={(id) => void navigate({ search: (old) => ({ ...old, draft: id }), replace: true })}
      onLeave={(id) => {
        leaving.current = true;
        void leave({ to: "/campaigns/$id", params: { id } });
      }}
    />
  );
}
