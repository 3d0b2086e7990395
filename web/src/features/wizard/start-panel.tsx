import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useEffectEvent, useState } from "react";
import { actOnCampaign, createCampaign, campaign as one, updateCampaign } from "@/api/campaigns";
import { ApiError } from "@/api/problem";
import { isAccepted, terms } from "@/api/terms";
import type { CampaignDraft, Forecast, Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { ProgressBar } from "@/components/ui/gauge";
import { Panel } from "@/components/ui/page";
import { explain, toasts } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { overStored } from "./draft";

const TermsDialog = lazy(() => import("@/components/terms-dialog"));

export const UNDO_SECONDS = 10;
export const CONFIRM_ABOVE = 100;

type Props = {
  campaign: CampaignDraft;
  draftId: string | undefined;
  pack: Package | undefined;
  forecast: Forecast | undefined;
  onDraft: (id: string) => void;
  onLeave: (id: string) => void;
  onCounting: (counting: boolean) => void;
};

/**
 * The last step. Starting first saves the draft, then waits ten seconds in which
 * nothing is sent; leaving the page in that time leaves a draft.
 */
export function StartPanel({
  campaign,
  draftId,
  pack,
  forecast,
  onDraft,
  onLeave,
  onCounting,
}: Props) {
  const [typed, setTyped] = useState("");
  const [left, setLeft] = useState<number | null>(null);
  const client = useQueryClient();
  const agreed = useQuery(terms()).data;
  // What waits for the terms: the way to the start, or the start that was refused for them.
  const [waiting, setWaiting] = useState<"save" | "start" | null>(null);

  const save = useCommand({
    run: async (_then: "start" | "leave", key) => {
      if (!draftId) return createCampaign(campaign, key);
      const stored = await client.fetchQuery({ ...one(draftId), staleTime: 0 });
      return updateCampaign(draftId, overStored(campaign, stored, pack?.settings));
    },
    title: t.wizard.saveDraft,
    touches: [["campaigns", "list"]],
    silent: true,
    quietFailure: true,
    onAccepted: ({ data }, then) => {
      onDraft(data.id);
      if (then === "leave") return onLeave(data.id);
      setLeft(UNDO_SECONDS);
      onCounting(true);
    },
  });
  const start = useCommand({
    run: (id: string, key) => actOnCampaign(id, "start", key),
    title: t.campaign.titles.start,
    touches: [["campaigns"], ["wallet"]],
    quietFailure: true,
    onAccepted: (_result, id) => {
      void client.invalidateQueries({ queryKey: ["analytics"] });
      onLeave(id);
    },
  });
  /** Where it is not known yet whether the terms are accepted, the start itself tells. */
  const begin = () => {
    if (agreed && !isAccepted(agreed)) setWaiting("save");
    else save.mutate("start");
  };
  const goOn = () => {
    setWaiting(null);
    if (waiting === "start" && draftId) start.mutate(draftId);
    else save.mutate("start");
  };
  const stopCounting = () => {
    setLeft(null);
    onCounting(false);
  };
  const go = () => {
    if (!draftId) return;
    stopCounting();
    start.mutate(draftId, {
      onError: (error) => {
        if (!isForTerms(error)) return;
        void client.invalidateQueries({ queryKey: ["terms"] });
        setWaiting("start");
      },
    });
  };
  const tick = useEffectEvent(() => {
    if (left === null) return;
    if (left <= 1) go();
    else setLeft(left - 1);
  });
  const counting = left !== null;
  useEffect(() => {
    if (!counting) return;
    const timer = setInterval(() => tick(), 1000);
    return () => clearInterval(timer);
  }, [counting]);

  if (left !== null) {
    return (
      <Panel className="border-accent-ink">
        <div className="flex flex-wrap items-center gap-4 p-4">
          <div className="min-w-0 flex-1 basis-48">
            <p className="tnum text-base font-semibold" role="timer">
              {t.wizard.undoTitle(left)}
            </p>
            <p className="text-soft" role="status">
              {t.wizard.undoHint}
            </p>
          </div>
          <Button look="quiet" onClick={go}>
            {t.wizard.startNow}
          </Button>
          <Button
            look="primary"
            autoFocus
            onClick={() => {
              stopCounting();
              toasts.add({ type: "done", title: t.actions.undo, description: t.wizard.undone });
            }}
          >
            {t.actions.undo}
          </Button>
        </div>
        <ProgressBar
          label={t.wizard.undoTitle(left)}
          value={UNDO_SECONDS - left}
          max={UNDO_SECONDS}
        />
      </Panel>
    );
  }

  const recipients = forecast?.recipients ?? 0;
  const needsTyping = recipients > CONFIRM_ABOVE;
  const confirmed = !needsTyping || typed.replace(/[\s.,']/g, "") === String(recipients);
  const reason = !forecast
    ? t.wizard.reasons.waiting
    : recipients === 0
      ? t.wizard.reasons.nobody
      : !forecast.sufficient
        ? t.wizard.reasons.insufficient
        : confirmed
          ? null
          : t.wizard.confirmNeeded;
  const error = start.error ?? save.error;
  const refused = error && !(waiting && isForTerms(error));
  return (
    <Panel>
      <div className="flex flex-col gap-3 p-4">
        {refused && (
          <p role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            <span className="font-medium">{t.wizard.refused}.</span>{" "}
            {(error instanceof ApiError && t.wizard.refusals[error.code]) || explain(error)}
          </p>
        )}
        <div className="flex flex-wrap items-end justify-end gap-2">
          {needsTyping && (
            <Field
              label={t.wizard.confirmLabel(recipients)}
              hint={t.wizard.confirmHint}
              className="me-auto w-60"
            >
              <Input
                inputMode="numeric"
                autoComplete="off"
                value={typed}
                onChange={(e) => setTyped(e.target.value)}
              />
            </Field>
          )}
          <Button
            pending={save.isPending && save.variables === "leave"}
            onClick={() => save.mutate("leave")}
          >
            {draftId ? t.wizard.draftSaved : t.wizard.saveDraft}
          </Button>
          <Button
            look="primary"
            reason={reason}
            pending={(save.isPending && save.variables === "start") || start.isPending}
            onClick={begin}
          >
            {start.isPending
              ? t.wizard.starting
              : recipients > 0
                ? t.wizard.startN(recipients)
                : t.wizard.start}
          </Button>
        </div>
        {reason && (
          <p className="text-end text-xs text-faint" aria-hidden="true">
            {reason}
          </p>
        )}
      </div>
      <Suspense>
        {waiting && (
          <TermsDialog
            title={t.terms.startTitle}
            action={t.terms.acceptAndStart}
            onClose={() => setWaiting(null)}
            onAccepted={goOn}
          />
        )}
      </Suspense>
    </Panel>
  );
}

const isForTerms = (error: unknown) =>
  error instanceof ApiError && error.code === "terms_not_accepted";
