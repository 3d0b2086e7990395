import { useQuery } from "@tanstack/react-query";
import { mediaFile } from "@/api/media";
import { ApiError } from "@/api/problem";
import { templateList } from "@/api/templates";
import type { Attachment, MediaState, ProviderTemplate, TemplateUse } from "@/api/types";
import type { Wrong } from "@/components/compose/made";
import { contentKind, mediaIdOf, mostText, usualKind } from "@/components/media/content";
import { isUnderWay } from "@/components/media/upload-queue";
import { useUploads } from "@/components/media/use-uploads";
import { isApproved, lacksFile, standing } from "@/components/templates/template";
import { said } from "@/components/templates/template-badge";
import { fits, named } from "@/components/templates/variants";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { templateWords } from "@/i18n/en/template-words";
import { type Draft, whatMessageLacks } from "./draft";
import { badTemplate, isOfMessage, isOfNumbers } from "./reach";

/** The message of a draft: what is known of its parts, and what is still missing or wrong. */
export function useMessage(
  draft: Draft,
  forecastError: Error | null,
  onChange: (part: Partial<Draft>) => void,
) {
  const { attachment } = draft;
  const mediaId = mediaIdOf(attachment);
  const about = useQuery({ ...mediaFile(mediaId ?? ""), enabled: mediaId !== null });
  const use = attachment?.type === "template" ? attachment : null;
  const templates = useQuery({ ...templateList(), enabled: use !== null }).data;
  const template = use ? named(templates, use) : undefined;
  /** The text of a template is the provider's: it goes with the template. */
  const attach = (next: Attachment | null) =>
    onChange({ attachment: next, ...(use && { text: "" }) });
  const { uploads, queue } = useUploads((upload, media) => {
    queue.forget(upload.id);
    attach({ type: "media", media_id: media.id, kind: usualKind(media) });
  });
  const upload = uploads.at(-1);
  const file = mediaId === null ? undefined : about.data;
  const kind = contentKind(attachment, file);
  const trouble =
    whatFileLacks(mediaId, about.error, file?.state) ??
    (use && templates ? whatTemplateLacks(use, template, templates.length > 0) : null);
  const lacks = whatMessageLacks(draft);
  // A template that is approved somewhere is no mistake of the message: the numbers are to be chosen.
  const ofNumbers = isOfNumbers(forecastError) && template && isApproved(template);
  const refused = !ofNumbers && badTemplate(forecastError) ? forecastError : null;
  const wrong: Wrong =
    refused instanceof ApiError
      ? Object.fromEntries(Object.entries(refused.fields).filter(([field]) => isOfMessage(field)))
      : {};
  const problem =
    upload && isUnderWay(upload)
      ? mediaWords.attach.uploading
      : (trouble ??
        (lacks === "text"
          ? t.wizard.textNeeded
          : lacks === "shorter"
            ? mediaWords.attach.captionTooLong(mostText(kind))
            : lacks === "places"
              ? templateWords.fill.needed
              : (refused?.message ?? null)));
  return { kind, file, template, templates, upload, queue, attach, trouble, wrong, lacks, problem };
}

export type Message = ReturnType<typeof useMessage>;

/** Why what is attached cannot be sent, whoever sends it. */
function whatFileLacks(
  id: string | null,
  error: Error | null,
  state: MediaState | undefined,
): string | null {
  if (id === null) return null;
  if (error instanceof ApiError && error.status === 404) return mediaWords.attach.notThere;
  if (state === "pending") return mediaWords.attach.stillFetched;
  return state === "failed" || state === "removed" ? mediaWords.attach.notThere : null;
}

/** Why a template cannot be sent; where no provider told of any, nothing is known against it. */
function whatTemplateLacks(
  use: TemplateUse,
  template: ProviderTemplate | undefined,
  anyKnown: boolean,
): string | null {
  if (!template) return anyKnown ? templateWords.fill.unknown : null;
  if (!isApproved(template)) {
    return templateWords.fill.notUsable(said(templateWords.statuses, standing(template)));
  }
  if (!fits(template, use)) return templateWords.variants.others;
  return lacksFile(template, use) ? templateWords.fill.fileNeeded : null;
}
