import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, Images, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { mediaList } from "@/api/media";
import type { MediaFile } from "@/api/types";
import { fileSize, typeName } from "@/components/media/content";
import { fileName } from "@/components/media/file-name";
import { Thumb } from "@/components/media/thumb";
import { TileGrid, TileSkeletons } from "@/components/media/tiles";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Empty, ErrorPanel, Outdated } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { mediaWords as words } from "@/i18n/en/media-words";
import { isFiltered, type MediaSearch, toFilter } from "./search";

type Props = {
  search: MediaSearch;
  onOpen: (id: string) => void;
  onClear: () => void;
  /** The way to the first file. */
  add: ReactNode;
};

export function Gallery({ search, onOpen, onClear, add }: Props) {
  const query = useInfiniteQuery(mediaList(toFilter(search)));
  const files = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (!query.data) {
    return query.isError ? (
      <div className="card">
        <ErrorPanel what={words.what} error={query.error} onRetry={() => query.refetch()} />
      </div>
    ) : (
      <TileSkeletons />
    );
  }
  if (files.length === 0) {
    return (
      <div className="card">
        {isFiltered(search) ? (
          <Empty
            title={words.noMatch}
            action={<Button onClick={onClear}>{t.actions.clearFilters}</Button>}
          >
            {words.noMatchHint}
          </Empty>
        ) : (
          <Empty
            title={words.none}
            action={add}
            art={<Images aria-hidden="true" className="size-8" strokeWidth={1.4} />}
          >
            {words.noneHint}
          </Empty>
        )}
      </div>
    );
  }
  return (
    <>
      {query.isError && (
        <div className="mb-3 overflow-clip rounded-lg">
          <Outdated
            what={words.what}
            error={query.error}
            at={query.dataUpdatedAt}
            onRetry={() => query.refetch()}
          />
        </div>
      )}
      <div className={cn("transition-opacity", query.isPlaceholderData && "opacity-60")}>
        <TileGrid label={words.title}>
          {files.map((file) => (
            <li key={file.id} className="min-w-0">
              <Tile file={file} onOpen={() => onOpen(file.id)} />
            </li>
          ))}
        </TileGrid>
      </div>
      <p className="sr-only" role="status">
        {words.shown(files.length, query.hasNextPage)}
      </p>
      {query.hasNextPage && (
        <More pending={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
      )}
    </>
  );
}

function Tile({ file, onOpen }: { file: MediaFile; onOpen: () => void }) {
  const facts = [
    typeName(file.mime_type, file.name),
    file.bytes !== null && fileSize(file.bytes),
  ].filter(Boolean);
  const from = file.origin === "inbound" && (file.contact_name || words.filters.inbound);
  return (
    <button
      type="button"
      onClick={onOpen}
      data-media={file.id}
      className="card block w-full overflow-hidden text-start transition-colors hover:border-edge"
    >
      <span className="relative block aspect-square w-full border-b">
        <Thumb file={file} className={cn(file.state !== "stored" && "opacity-60")} />
        {file.state !== "stored" && <StateMark state={file.state} />}
      </span>
      <span className="block px-2.5 py-2">
        <span className="block truncate font-medium" dir="auto">
          {fileName(file)}
        </span>
        <span className="tnum flex gap-1.5 truncate text-xs text-faint">
          <span className="truncate">
            {[from, ...facts].filter(Boolean).join(" · ") || words.kinds[file.kind]}
          </span>
        </span>
      </span>
    </button>
  );
}

function StateMark({ state }: { state: Exclude<MediaFile["state"], "stored"> }) {
  const Icon = state === "pending" ? LoaderCircle : CircleAlert;
  return (
    <span
      className={cn(
        "absolute inset-x-2 bottom-2 flex items-center justify-center gap-1.5 rounded-md px-1.5 py-1 text-2xs font-medium",
        state === "failed" ? "bg-bad-wash text-bad" : "bg-surface text-soft shadow-card",
      )}
    >
      <Icon
        aria-hidden="true"
        className={cn("size-3 shrink-0", state === "pending" && "animate-spin")}
      />
      <span className="truncate">{words.states[state]}</span>
    </span>
  );
}

/** Reads on as its place comes into view; the button is for those who do not scroll. */
function More({ pending, onMore }: { pending: boolean; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    const node = place.current;
    if (!node || pending) return;
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && more.current(),
      { rootMargin: "600px" },
    );
    watch.observe(node);
    return () => watch.disconnect();
  }, [pending]);
  return (
    <div ref={place} className="mt-4 flex justify-center">
      <Button pending={pending} onClick={onMore}>
        {pending ? t.states.loadingMore : t.states.more}
      </Button>
    </div>
  );
}
