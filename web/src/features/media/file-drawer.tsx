import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, Download, ExternalLink, Link2, LoaderCircle, Megaphone } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { contentPath, freshLink, mediaFile } from "@/api/media";
import { providerList } from "@/api/packages";
import { ApiError } from "@/api/problem";
import { team } from "@/api/team";
import type { MediaFile } from "@/api/types";
import { AttachmentView } from "@/components/media/attachment-view";
import { choices, fileSize, usualKind } from "@/components/media/content";
import { fileName } from "@/components/media/file-name";
import { SessionLink } from "@/components/session-link";
import { Badge } from "@/components/ui/badge";
import { Button, buttonStyle } from "@/components/ui/button";
import { Copy } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Definition } from "@/components/ui/page";
import { Empty, Loaded, SkeletonRows } from "@/components/ui/states";
import { toastFailure, toasts } from "@/components/ui/toasts";
import { useMay, useWhyNot } from "@/components/use-may";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { count, exactTime, when } from "@/i18n/format";

const RemoveDialog = lazy(() => import("./remove-dialog"));

const words = mediaWords.detail;

/** One file: what it shows, what is known of it, and what can be done with it. */
export default function FileDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(mediaFile(id));
  const gone =
    (query.error instanceof ApiError && query.error.status === 404) ||
    query.data?.state === "removed";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="end"
      title={
        <span className="break-words" dir="auto">
          {query.data ? fileName(query.data) : mediaWords.one}
        </span>
      }
      description={query.data && mediaWords.kinds[query.data.kind]}
    >
      {gone ? (
        <Empty title={mediaWords.gone}>{mediaWords.goneHint}</Empty>
      ) : (
        <Loaded
          query={query}
          what={mediaWords.one}
          skeleton={<SkeletonRows rows={6} className="px-0" />}
        >
          {(file) => <Body file={file} onClose={onClose} />}
        </Loaded>
      )}
    </Dialog>
  );
}

function Body({ file, onClose }: { file: MediaFile; onClose: () => void }) {
  const [removing, setRemoving] = useState(false);
  const whyNot = useWhyNot("media.write");
  return (
    <div className="flex flex-col gap-5">
      <Preview file={file} />
      <div className="flex flex-wrap gap-2">
        {file.state === "stored" && <Ways file={file} />}
        <Button
          size="sm"
          look="quiet"
          className="text-bad"
          reason={whyNot}
          onClick={() => setRemoving(true)}
        >
          {mediaWords.remove.action}
        </Button>
      </div>
      <Facts file={file} />
      {file.state === "stored" && <HowSent file={file} />}
      <Suspense>
        {removing && (
          <RemoveDialog file={file} onClose={() => setRemoving(false)} onRemoved={onClose} />
        )}
      </Suspense>
    </div>
  );
}

function Preview({ file }: { file: MediaFile }) {
  if (file.state === "pending") {
    return (
      <Note icon={<LoaderCircle aria-hidden="true" className="size-5 animate-spin text-faint" />}>
        <p className="font-medium">{mediaWords.states.pending}</p>
        <p className="text-soft">{mediaWords.states.pendingHint}</p>
      </Note>
    );
  }
  if (file.state === "failed") {
    return (
      <Note icon={<CircleAlert aria-hidden="true" className="size-5 text-bad" />}>
        <p className="font-medium text-bad">{mediaWords.states.failed}</p>
        {file.trouble && <p className="text-soft first-letter:uppercase">{file.trouble}</p>}
      </Note>
    );
  }
  // It is told by its content as what it can be shown; how it came is beside it.
  const type = file.mime_type?.split("/")[0];
  const shown = (["image", "video", "audio"] as const).find((one) => one === type);
  const kind = file.kind === "document" ? (shown ?? "document") : file.kind;
  return (
    <div className="flex justify-center rounded-xl bg-sunken p-3 [&_button]:bg-transparent [&_img]:object-contain">
      <AttachmentView attachment={{ type: "media", media_id: file.id, kind }} file={file} />
    </div>
  );
}

function Note({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <div role="status" className="flex gap-3 rounded-xl bg-sunken p-4">
      {icon}
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** What can be done with its content. */
function Ways({ file }: { file: MediaFile }) {
  const mayDraft = useMay("campaigns.write");
  const style = buttonStyle({ size: "sm" });
  const copy = async () => {
    try {
      const link = await freshLink(file.id);
      if (link) await navigator.clipboard.writeText(new URL(link, location.href).href);
      toasts.add({ type: "done", title: words.linkCopied, description: words.linkCopiedHint });
    } catch (error) {
      toastFailure(t.toasts.failed(words.copyLink), error);
    }
  };
  const opens = file.mime_type && /^(image|video|audio)\/|^application\/pdf$/.test(file.mime_type);
  return (
    <>
      <SessionLink
        href={contentPath(file.id)}
        download={file.name ?? true}
        title={t.actions.download}
        className={style}
      >
        <Download aria-hidden="true" className="size-3.5" />
        {t.actions.download}
      </SessionLink>
      {opens && (
        <a href={contentPath(file.id)} target="_blank" rel="noopener" className={style}>
          <ExternalLink aria-hidden="true" className="size-3.5" />
          {words.open}
        </a>
      )}
      {"clipboard" in navigator && (
        <Button size="sm" title={words.copyHint} onClick={() => void copy()}>
          <Link2 aria-hidden="true" className="size-3.5" />
          {words.copyLink}
        </Button>
      )}
      {mayDraft && choices(file).length > 0 && (
        <Link
          to="/campaigns/new"
          search={{
            attachment: { type: "media", media_id: file.id, kind: usualKind(file) },
          }}
          className={style}
        >
          <Megaphone aria-hidden="true" className="size-3.5" />
          {words.useInCampaign}
        </Link>
      )}
    </>
  );
}

function Facts({ file }: { file: MediaFile }) {
  return (
    <dl className="divide-y border-y">
      {file.mime_type && <Definition term={words.type}>{file.mime_type}</Definition>}
      {file.bytes !== null && (
        <Definition term={words.size}>
          <span title={`${count(file.bytes)} B`}>{fileSize(file.bytes)}</span>
        </Definition>
      )}
      <Definition term={file.origin === "inbound" ? words.received : words.added}>
        <time dateTime={file.added_at} title={exactTime(file.added_at)}>
          {when(file.added_at)}
        </time>
      </Definition>
      {file.origin === "inbound" ? (
        <Definition term={words.sentBy}>
          {file.contact_id ? (
            <Link
              to="/contacts"
              search={{ open: file.contact_id }}
              className="font-medium text-accent-ink hover:underline"
            >
              {file.contact_name || words.somebody}
            </Link>
          ) : (
            file.contact_name || words.somebody
          )}
        </Definition>
      ) : (
        file.added_by && (
          <Definition term={words.addedBy}>
            <WhoAdded id={file.added_by} />
          </Definition>
        )
      )}
      {file.scan && (
        <Definition term={words.scan}>
          {file.scan === "clean" ? (
            <Badge tone="good">{words.scans.clean}</Badge>
          ) : (
            (words.scans[file.scan] ?? file.scan)
          )}
        </Definition>
      )}
      {file.sha256 && (
        <Definition term={words.fingerprint}>
          <Copy text={file.sha256} label={`${t.actions.copy} ${words.fingerprint}`} />
        </Definition>
      )}
    </dl>
  );
}

function WhoAdded({ id }: { id: string }) {
  const members = useQuery({ ...team(), refetchInterval: false, staleTime: 60_000 }).data?.items;
  const member = members?.find((one) => one.id === id);
  if (!members) return "…";
  return member?.full_name ?? words.notMember;
}

/** As what each provider of this installation takes it. */
function HowSent({ file }: { file: MediaFile }) {
  const providers = useQuery(providerList()).data?.items;
  const said = file.sendable.filter(
    ({ provider }) => !providers || providers.some((one) => one.name === provider),
  );
  return (
    <section aria-label={words.sends}>
      <h3 className="font-semibold">{words.sends}</h3>
      <p className="mb-1 text-xs text-faint">{words.sendsHint}</p>
      <dl className="divide-y">
        {said.map(({ provider, kinds }) => (
          <Definition
            key={provider}
            term={providers?.find((one) => one.name === provider)?.title ?? provider}
          >
            {kinds.length > 0 ? (
              kinds.map((kind) => mediaWords.kinds[kind]).join(", ")
            ) : (
              <span className="text-warn">{words.notTaken}</span>
            )}
          </Definition>
        ))}
      </dl>
    </section>
  );
}
