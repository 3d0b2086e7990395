import { Check, CircleAlert, RotateCw, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { ProgressBar } from "@/components/ui/gauge";
import { Panel } from "@/components/ui/page";
import { mediaWords } from "@/i18n/en/media-words";
import { percent } from "@/i18n/format";
import { fileSize } from "./content";
import { isUnderWay, type Upload } from "./upload-queue";

const words = mediaWords.uploads;

type Props = {
  uploads: Upload[];
  onStop: (id: string) => void;
  onRetry: (id: string) => void;
  onClear: () => void;
};

/** Each file on its way, with how far it is or why it was refused. */
export function UploadList({ uploads, onStop, onRetry, onClear }: Props) {
  if (uploads.length === 0) return null;
  const done = uploads.filter(({ state }) => state === "done").length;
  return (
    <Panel
      label={words.title}
      className="mb-4 shrink-0"
      title={
        <span role="status" className="tnum">
          {words.under(done, uploads.length)}
        </span>
      }
      aside={
        !uploads.some(isUnderWay) && (
          <Button size="sm" look="quiet" onClick={onClear}>
            {words.clear}
          </Button>
        )
      }
    >
      <ul aria-label={words.title} className="max-h-56 divide-y overflow-y-auto">
        {inOrder(uploads).map((upload) => (
          <li key={upload.id} className="flex items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1">
              <p className="flex items-baseline gap-2">
                <span className="min-w-0 truncate font-medium">{upload.file.name}</span>
                <span className="tnum shrink-0 text-xs text-faint">
                  {fileSize(upload.file.size)}
                </span>
              </p>
              <UploadState upload={upload} />
            </div>
            {isUnderWay(upload) && (
              <Button
                size="icon-sm"
                look="quiet"
                aria-label={words.stop(upload.file.name)}
                onClick={() => onStop(upload.id)}
              >
                <X aria-hidden="true" className="size-4" />
              </Button>
            )}
            {(upload.state === "failed" || upload.state === "stopped") && (
              <Button
                size="icon-sm"
                look="quiet"
                aria-label={words.retry(upload.file.name)}
                onClick={() => onRetry(upload.id)}
              >
                <RotateCw aria-hidden="true" className="size-3.5" />
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const ORDER: Upload["state"][] = ["failed", "stopped", "sending", "waiting", "done"];

/** What needs somebody comes first, what is done last. */
const inOrder = (uploads: Upload[]): Upload[] =>
  uploads.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));

function UploadState({ upload }: { upload: Upload }) {
  switch (upload.state) {
    case "waiting":
      return <p className="text-xs text-faint">{words.waiting}</p>;
    case "sending":
      return (
        <>
          <p className="tnum mb-1 text-xs text-soft">{uploadSaid(upload)}</p>
          <ProgressBar label={upload.file.name} value={upload.share} max={1} />
        </>
      );
    case "done":
      return (
        <p className="flex items-center gap-1 text-xs text-good">
          <Check aria-hidden="true" className="size-3.5" />
          {words.done}
        </p>
      );
    case "failed":
      return (
        <p role="alert" className="flex gap-1 text-xs text-bad">
          <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 break-words">
            {words.failed}: {upload.error}
          </span>
        </p>
      );
    case "stopped":
      return <p className="text-xs text-faint">{words.stopped}</p>;
  }
}

/** Once all of it has left, the server looks at it. */
export const uploadSaid = ({ share }: Upload): string =>
  share < 1 ? words.sending(percent(Math.floor(share * 100) / 100)) : words.checking;
