import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { sendOpen } from "@/api/packages";
import { ApiError } from "@/api/problem";
import type { OpenAccepted, Package } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useFieldErrors } from "@/components/use-field-errors";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";
import { sendWords as words } from "@/i18n/en/send-words";
import { Answer } from "./answer";
import { BLANK, reasonAgainst, recipientsOf, type SendDraft, toBody } from "./draft";
import { RejectedTable } from "./rejected-table";
import { SendForm } from "./send-form";
import { Summary } from "./summary";

const TermsDialog = lazy(() => import("@/components/terms-dialog"));

/** More people than this are not written to by a single press. */
const MANY = 100;

const isForTerms = (error: unknown) =>
  error instanceof ApiError && error.code === "terms_not_accepted";

/** The form, and once it was sent what the server answered. */
export function Send({ pack }: { pack: Package }) {
  const zone = useMe().tenant.time_zone || "UTC";
  const client = useQueryClient();
  const [draft, setDraft] = useState(BLANK);
  const [answer, setAnswer] = useState<OpenAccepted | null>(null);
  const [asking, setAsking] = useState(false);
  const recipients = recipientsOf(draft).length;
  const send = useCommand({
    run: (_: undefined, key) => sendOpen(pack.id, toBody(draft, zone), key),
    title: words.sendTitle,
    touches: [["campaigns"], ["messages"], ["packages"], ["wallet"]],
    quietFailure: true,
    onAccepted: ({ data }) => setAnswer(data),
  });
  const errors = useFieldErrors(send.error);
  const submit = () => {
    setAsking(false);
    send.mutate(undefined);
  };
  const ask = () => {
    if (reasonAgainst(draft) || send.isPending) return;
    if (recipients > MANY) setAsking(true);
    else submit();
  };
  if (answer) {
    return (
      <Answer
        pack={pack}
        answer={answer}
        onAgain={() => {
          setAnswer(null);
          setDraft(BLANK);
          send.reset();
        }}
      />
    );
  }
  const change = (part: Partial<SendDraft>) => {
    // Other content is another command, and what was said of the old one is over.
    if (send.error) send.reset();
    setDraft((old) => ({ ...old, ...part }));
  };
  return (
    <>
      <SendForm
        pack={pack}
        draft={draft}
        zone={zone}
        errors={errors}
        onChange={change}
        onSend={ask}
        summary={
          <Summary pack={pack} draft={draft} pending={send.isPending}>
            {send.error && !isForTerms(send.error) && <Refused error={send.error} />}
          </Summary>
        }
      />
      <Dialog open={asking} onOpenChange={setAsking} title={words.confirm(recipients)}>
        <p className="text-soft">{words.confirmHint}</p>
        <p className="mt-3 max-h-40 overflow-y-auto rounded-lg bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
          {draft.text}
        </p>
        <DialogActions>
          <Button look="quiet" onClick={() => setAsking(false)}>
            {t.actions.cancel}
          </Button>
          <Button look="primary" onClick={submit}>
            {words.send(recipients)}
          </Button>
        </DialogActions>
      </Dialog>
      <Suspense>
        {isForTerms(send.error) && (
          <TermsDialog
            title={t.terms.startTitle}
            action={t.terms.acceptAndStart}
            onClose={send.reset}
            onAccepted={() => {
              void client.invalidateQueries({ queryKey: ["terms"] });
              submit();
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** Where nobody may be written to, the server says of each why. */
function Refused({ error }: { error: Error }) {
  const rejected = (error instanceof ApiError && error.problem.rejected) || [];
  const code = error instanceof ApiError ? error.code : "";
  return (
    <>
      <Refusal>
        {rejected.length > 0
          ? words.nobodyTaken
          : code === "insufficient_points"
            ? words.short
            : explain(error)}
      </Refusal>
      {rejected.length > 0 && <RejectedTable rejected={rejected} />}
    </>
  );
}
