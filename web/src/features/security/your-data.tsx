import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { OWN_EXPORT, security } from "@/api/security";
import { DownloadLink } from "@/components/download-link";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";

const EraseAccountDialog = lazy(() => import("./erase-account-dialog"));

/** All that is known of the person who looks: to have, and to be erased. */
export function YourData() {
  const words = t.yourData;
  // Until it is known, the password is asked for.
  const hasPassword = useQuery(security()).data?.has_password ?? true;
  const [erasing, setErasing] = useState(false);
  return (
    <Panel title={words.title} label={words.title}>
      <p className="px-4 pt-3 text-soft">{words.lead}</p>
      <div className="divide-y px-4 pb-2">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <p className="min-w-0 flex-1 basis-60 text-xs text-faint">{words.exportHint}</p>
          <DownloadLink path={OWN_EXPORT} title={words.export}>
            <Download aria-hidden="true" className="size-3.5" />
            {words.export}
          </DownloadLink>
        </div>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
          <p className="min-w-0 flex-1 basis-60 text-xs text-faint">{words.eraseHint}</p>
          <Button size="sm" className="text-bad" onClick={() => setErasing(true)}>
            {words.erase}
          </Button>
        </div>
      </div>
      <Suspense>
        {erasing && (
          <EraseAccountDialog hasPassword={hasPassword} onClose={() => setErasing(false)} />
        )}
      </Suspense>
    </Panel>
  );
}
