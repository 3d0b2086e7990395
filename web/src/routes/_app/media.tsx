import { createFileRoute } from "@tanstack/react-router";
import { Upload } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import { UploadList } from "@/components/media/upload-list";
import { useDrop } from "@/components/media/use-drop";
import { useUploads } from "@/components/media/use-uploads";
import { Button } from "@/components/ui/button";
import { PageFrame, Panel } from "@/components/ui/page";
import { Empty } from "@/components/ui/states";
import { useWhyNot } from "@/components/use-may";
import { Gallery } from "@/features/media/gallery";
import { MediaFilters } from "@/features/media/media-filters";
import { type MediaSearch, readSearch } from "@/features/media/search";
import { mediaWords as words } from "@/i18n/en/media-words";

const FileDrawer = lazy(() => import("@/features/media/file-drawer"));

export const Route = createFileRoute("/_app/media")({
  validateSearch: readSearch,
  component: Media,
});

function Media() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const whyNoRead = useWhyNot("media.read");
  const whyNoWrite = useWhyNot("media.write");
  const input = useRef<HTMLInputElement>(null);
  const { uploads, queue } = useUploads();
  const add = (files: File[]) => void queue.add(files);
  const { over, handlers } = useDrop(add, !whyNoWrite);
  const change = (part: Partial<MediaSearch>) =>
    void navigate({
      search: (old) => ({ ...old, ...part }),
      replace: !("open" in part),
      resetScroll: false,
    });
  const choose = (
    <Button
      look="primary"
      reason={whyNoWrite}
      autoFocus={search.add}
      onClick={() => input.current?.click()}
    >
      <Upload aria-hidden="true" className="size-3.5" />
      {words.add}
    </Button>
  );
  return (
    <section
      aria-label={words.title}
      className="relative flex min-h-0 flex-1 flex-col"
      {...handlers}
    >
      <PageFrame title={words.title} lead={words.lead} actions={choose}>
        <input
          ref={input}
          type="file"
          multiple
          aria-label={words.add}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = "";
            if (files.length > 0) add(files);
          }}
        />
        {whyNoRead ? (
          <Panel>
            <Empty title={whyNoRead}>{words.lead}</Empty>
          </Panel>
        ) : (
          <>
            <MediaFilters search={search} onChange={change} />
            <UploadList
              uploads={uploads}
              onStop={(id) => queue.stop(id)}
              onRetry={(id) => queue.retry(id)}
              onClear={() => queue.clear()}
            />
            <Gallery
              search={search}
              onOpen={(id) => change({ open: id })}
              onClear={() =>
                change({ q: undefined, kind: undefined, origin: undefined, contact: undefined })
              }
              add={
                !whyNoWrite && <Button onClick={() => input.current?.click()}>{words.add}</Button>
              }
            />
          </>
        )}
      </PageFrame>
      {over && (
        <div className="pointer-events-none absolute inset-3 z-30 flex items-center justify-center rounded-xl border-2 border-dashed border-accent-ink bg-accent-wash/90">
          <p className="flex items-center gap-2 text-base font-medium text-accent-ink">
            <Upload aria-hidden="true" className="size-5" />
            {words.dropHere}
          </p>
        </div>
      )}
      <Suspense>
        {search.open && (
          <FileDrawer
            key={search.open}
            id={search.open}
            onClose={() => change({ open: undefined })}
          />
        )}
      </Suspense>
    </section>
  );
}
