import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { campaignForecast } from "@/api/campaigns";
import { contactLists } from "@/api/contacts";
import { packageList, providerList } from "@/api/packages";
import { isDrip } from "@/components/strategies";
import { Button } from "@/components/ui/button";
import { Steps } from "@/components/ui/steps";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { paceWords } from "@/i18n/en/pace-words";
import { AudienceStep } from "./audience-step";
import {
  type Draft,
  paceOf,
  tagsOf,
  textOf,
  toAudience,
  toCampaign,
  toForecast,
  toSpread,
} from "./draft";
import { PaceFields } from "./pace-fields";
import { PackageStep } from "./package-step";
import { PhonePreview } from "./phone-preview";
import { Reach } from "./reach";
import { ReviewStep } from "./review-step";
import { leftOut, templateShare, whyNobody, whyNot } from "./senders";
import { StartPanel } from "./start-panel";
import { TextStep } from "./text-step";
import { useDebounced } from "./use-debounced";
import { useMessage } from "./use-message";

type Props = {
  initial: Draft;
  step: number;
  draftId: string | undefined;
  onStep: (step: number) => void;
  /** The draft has rested: put it into the URL. */
  onKeep: (draft: Draft) => void;
  onDraft: (id: string) => void;
  onLeave: (id: string) => void;
};

export function Wizard({ initial, step, draftId, onStep, onKeep, onDraft, onLeave }: Props) {
  const [draft, setDraft] = useState(initial);
  const [counting, setCounting] = useState(false);
  const rested = useDebounced(draft, 350);
  const keep = useEffectEvent((value: Draft) => onKeep(value));
  useEffect(() => keep(rested), [rested]);

  const zone = useMe().tenant.time_zone || "UTC";
  const request = toForecast(rested, zone);
  const forecast = useQuery(campaignForecast(request));
  const fresh = rested === draft && !forecast.isPlaceholderData && !forecast.isError;
  const packages = useQuery(packageList()).data?.items;
  const lists = useQuery(contactLists()).data?.items;
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));

  const only = packages?.length === 1 ? packages[0]?.id : undefined;
  useEffect(() => {
    if (only) setDraft((old) => (old.package ? old : { ...old, package: only }));
  }, [only]);

  const { attachment } = draft;
  const message = useMessage(draft, forecast.error, change);
  const { file, templates } = message;
  const providers = useQuery(providerList()).data?.items;
  const pack = packages?.find(({ id }) => id === draft.package);
  const senders = (pack ? [pack] : (packages ?? [])).flatMap(({ profiles }) => profiles);
  const known = { attachment, file, providers, templates };

  const problems = [
    !draft.name.trim()
      ? t.wizard.nameNeeded
      : toAudience(draft.audience)
        ? null
        : draft.audience.startsWith("list:")
          ? t.wizard.listNeeded
          : t.wizard.tagsNeeded,
    message.problem,
    !draft.package
      ? t.wizard.packageNeeded
      : ((pack && whyNobody(pack, known)) ?? whatPaceLacks(draft)),
    null,
  ];
  // A link may point past a step that is not filled in yet.
  const firstOpen = problems.findIndex((problem) => problem !== null);
  const at = firstOpen >= 0 ? Math.min(step, firstOpen + 1) : step;
  const campaign = toCampaign(draft, zone);
  const audienceName = draft.audience.startsWith("list:")
    ? (lists?.find((list) => list.id === draft.audience.slice(5))?.name ?? t.wizard.aList)
    : draft.audience.startsWith("tags:")
      ? tagsOf(draft.audience).join(", ")
      : draft.audience.startsWith("contacts:")
        ? t.wizard.named(draft.audience.split(",").length)
        : t.wizard.everyone;

  return (
    <>
      <Steps
        names={t.wizard.steps}
        at={at - 1}
        onGo={counting ? undefined : (index) => onStep(index + 1)}
      />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {at === 1 && <AudienceStep draft={draft} onChange={change} />}
          {at === 2 && (
            <TextStep
              draft={draft}
              message={message}
              forecast={request ? forecast.data : undefined}
              numbers={senders}
              share={pack ? templateShare(pack, known) : null}
              onChange={change}
            />
          )}
          {at === 3 && (
            <>
              <PackageStep
                draft={draft}
                whyNot={(number) => whyNot(number, known)}
                share={(one) => templateShare(one, known)}
                onChange={change}
              />
              <PaceFields draft={draft} pack={pack} zone={zone} onChange={change} />
            </>
          )}
          {at === 4 && (
            <fieldset disabled={counting} className="min-w-0">
              <ReviewStep
                draft={draft}
                query={forecast}
                pack={pack}
                zone={zone}
                audienceName={audienceName}
                leftOut={leftOut(pack, known)}
                onGo={onStep}
              />
            </fieldset>
          )}
          {at === 4 && campaign && (
            <StartPanel
              campaign={campaign}
              draftId={draftId}
              pack={pack}
              forecast={fresh ? forecast.data : undefined}
              onDraft={onDraft}
              onLeave={onLeave}
              onCounting={setCounting}
            />
          )}
          {at < 4 && (
            <div className="flex justify-between gap-2">
              {at > 1 ? <Button onClick={() => onStep(at - 1)}>{t.actions.back}</Button> : <span />}
              <Button look="primary" reason={problems[at - 1]} onClick={() => onStep(at + 1)}>
                {t.actions.next}
              </Button>
            </div>
          )}
        </div>
        <aside aria-label={t.wizard.forecast} className="flex flex-col gap-5 lg:sticky lg:top-4">
          {at < 4 && <Reach query={forecast} asked={request !== null} />}
          {(at === 2 || at === 4) && (
            <PhonePreview
              text={textOf(draft)}
              attachment={attachment}
              samples={(message.lacks ? null : forecast.data?.samples) ?? []}
            />
          )}
        </aside>
      </div>
    </>
  );
}

function whatPaceLacks(draft: Draft): string | null {
  const { strategy, minutes } = paceOf(draft.pace);
  if (strategy === "drip" && !isDrip(minutes)) return paceWords.minutesNeeded;
  return toSpread(draft, "UTC") ? null : paceWords.startNeeded;
}
