import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { leastRole } from "@/api/permissions";
import { ApiError } from "@/api/problem";
import { acceptTerms, isAccepted, terms } from "@/api/terms";
import type { Terms } from "@/api/types";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Checkbox } from "@/components/ui/plain-field";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { useMay } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { TermsState } from "./terms-state";

type Props = {
  title: string;
  /** What accepting does here; what follows it is in `onAccepted`. */
  action: string;
  onClose: () => void;
  onAccepted: () => void;
};

/** The terms to read, and to accept for those who may while nobody has. */
export default function TermsDialog({ title, action, onClose, onAccepted }: Props) {
  const query = useQuery(terms());
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={title}
      description={query.data && t.terms.version(query.data.version)}
    >
      <Loaded
        query={query}
        what={t.terms.title}
        skeleton={<SkeletonRows rows={6} className="px-0" />}
      >
        {(data) => (
          <>
            <Text terms={data} />
            <p className="mt-3 text-soft">
              <TermsState terms={data} />
            </p>
            {isAccepted(data) ? (
              <DialogActions>
                <Button onClick={onClose}>{t.actions.close}</Button>
              </DialogActions>
            ) : (
              <Accepting
                // Another version was not read yet.
                key={data.version}
                terms={data}
                action={action}
                onClose={onClose}
                onAccepted={onAccepted}
              />
            )}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Text({ terms: { text } }: { terms: Terms }) {
  return (
    <section
      aria-label={t.terms.text}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[42dvh] overflow-y-auto rounded-lg border bg-sunken px-4 py-3"
    >
      {text.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph} className="mb-3 break-words whitespace-pre-wrap last:mb-0">
          {paragraph.trim()}
        </p>
      ))}
    </section>
  );
}

type AcceptingProps = Omit<Props, "title"> & { terms: Terms };

function Accepting({ terms: { version }, action, onClose, onAccepted }: AcceptingProps) {
  const words = t.terms;
  const may = useMay("campaigns.write");
  const [ticked, setTicked] = useState(false);
  const client = useQueryClient();
  const accept = useCommand({
    run: (_: undefined, key) => acceptTerms(version, key),
    title: words.acceptTitle,
    touches: [["terms"]],
    quietFailure: true,
    silent: true,
    onAccepted: ({ data }) => {
      client.setQueryData(terms().queryKey, data);
      onAccepted();
    },
  });
  const changed = accept.error instanceof ApiError && accept.error.code === "terms_changed";
  const readAgain = () => void client.invalidateQueries({ queryKey: terms().queryKey });
  if (!may) {
    return (
      <>
        <p className="mt-3 rounded-lg bg-warn-wash px-3 py-2 text-warn">
          {words.who(t.roles.names[leastRole("campaigns.write")])}
        </p>
        <DialogActions>
          <Button onClick={onClose}>{t.actions.close}</Button>
        </DialogActions>
      </>
    );
  }
  return (
    <>
      <Checkbox
        className="mt-3"
        label={words.box}
        checked={ticked}
        onChange={(event) => setTicked(event.target.checked)}
      />
      {accept.error && (
        <div className="mt-3">
          <Refusal>{changed ? words.changed : explain(accept.error)}</Refusal>
        </div>
      )}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t.actions.cancel}
        </Button>
        {changed ? (
          <Button look="primary" onClick={readAgain}>
            {words.readNew}
          </Button>
        ) : (
          <Button
            look="primary"
            reason={!ticked && words.boxNeeded}
            pending={accept.isPending}
            onClick={() => accept.mutate(undefined)}
          >
            {action}
          </Button>
        )}
      </DialogActions>
    </>
  );
}
