import { useQueryClient } from "@tanstack/react-query";
import { mediaFile, removeMedia } from "@/api/media";
import { ApiError } from "@/api/problem";
import type { MediaFile } from "@/api/types";
import { fileName } from "@/components/media/file-name";
import { Refusal } from "@/components/refusal";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { mediaWords } from "@/i18n/en/media-words";

const words = mediaWords.remove;

type Props = { file: MediaFile; onClose: () => void; onRemoved: () => void };

export default function RemoveDialog({ file, onClose, onRemoved }: Props) {
  const client = useQueryClient();
  const remove = useCommand({
    run: (_: undefined, key) => removeMedia(file.id, key),
    title: words.title2,
    touches: [["media", "list"], ["chats"]],
    quietFailure: true,
    onAccepted: () => {
      onRemoved();
      client.removeQueries({ queryKey: mediaFile(file.id).queryKey });
    },
  });
  const users = usedBy(remove.error);
  return (
    <Dialog
      open
      locked={remove.isPending}
      onOpenChange={onClose}
      title={<span className="break-words">{words.title(fileName(file))}</span>}
      description={words.hint}
    >
      {remove.error &&
        (users ? (
          <div role="alert" className="rounded-lg bg-bad-wash px-3 py-2 text-bad">
            <p className="font-medium">{words.inUse}:</p>
            <ul className="list-disc ps-5">
              {users.map((name) => (
                <li key={name} className="break-words">
                  {name}
                </li>
              ))}
            </ul>
            <p>{words.inUseHint}</p>
          </div>
        ) : (
          <Refusal>{explain(remove.error)}</Refusal>
        ))}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {words.keep}
        </Button>
        <Button look="danger" pending={remove.isPending} onClick={() => remove.mutate(undefined)}>
          {words.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The campaigns that are still to send it, where that is why it was not removed. */
function usedBy(error: unknown): string[] | null {
  if (!(error instanceof ApiError) || error.code !== "media_in_use") return null;
  return error.problem.campaigns ?? [];
}
