import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { apiKeys } from "@/api/keys";
import type { ApiKey } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { KeyTable } from "./key-table";
import { RotateDialog } from "./rotate-dialog";
// Here from the start: a key that is made cannot wait for a file to be fetched.
import { ShownKey } from "./shown-key";
import type { Shown } from "./use-key-command";

const NewKeyDialog = lazy(() => import("./new-key-dialog"));

type Props = { making: boolean; onMaking: (open: boolean) => void };

export function Keys(props: Props) {
  const noAccess = useWhyNot("keys.read");
  return noAccess ? (
    <Panel>
      <Empty title={t.apiKeys.noAccess}>{noAccess}</Empty>
    </Panel>
  ) : (
    <Readable {...props} />
  );
}

/** The keys of the organisation. One that was just made lives in this state alone. */
function Readable({ making, onMaking }: Props) {
  const query = useQuery(apiKeys());
  const reason = useWhyNot("keys.write");
  const [shown, setShown] = useState<Shown | null>(null);
  const [rotating, setRotating] = useState<ApiKey | null>(null);
  const button = (look?: "primary") => (
    <Button size="sm" look={look} reason={reason} onClick={() => onMaking(true)}>
      <KeyRound aria-hidden="true" className="size-3.5" />
      {t.apiKeys.create}
    </Button>
  );
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t.apiKeys.lead}</p>
      <Loaded
        query={query}
        what={t.apiKeys.title}
        skeleton={<SkeletonRows rows={4} className="px-0" />}
      >
        {({ items }) => (
          <Panel title={t.apiKeys.title} aside={items.length > 0 && button()}>
            {items.length > 0 ? (
              <KeyTable keys={items} mayWrite={!reason} onRotate={setRotating} />
            ) : (
              <Empty title={t.apiKeys.emptyTitle} action={button("primary")}>
                {t.apiKeys.empty}
              </Empty>
            )}
          </Panel>
        )}
      </Loaded>
      <Suspense>
        {making && !reason && !shown && (
          <NewKeyDialog
            onClose={() => onMaking(false)}
            onShow={(made) => {
              setShown(made);
              onMaking(false);
            }}
          />
        )}
      </Suspense>
      {rotating && (
        <RotateDialog
          rotating={rotating}
          onClose={() => setRotating(null)}
          onShow={(rotated) => {
            setShown(rotated);
            setRotating(null);
          }}
        />
      )}
      {shown && (
        <ShownKey
          shown={shown}
          onClose={() => setShown(null)}
          onRotate={() => {
            setShown(null);
            setRotating(shown.key);
          }}
        />
      )}
    </>
  );
}
