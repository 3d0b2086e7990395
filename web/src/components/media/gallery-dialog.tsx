import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mediaList } from "@/api/media";
import type { MediaFile, MediaKind } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { Segments } from "@/components/ui/segments";
import { Empty, ErrorPanel } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { mediaWords as words } from "@/i18n/en/media-words";
import { choices, MEDIA_KINDS } from "./content";
import { fileName } from "./file-name";
import { Thumb } from "./thumb";
import { TileGrid, TileSkeletons } from "./tiles";

type Props = {
  providers: readonly string[];
  onClose: () => void;
  onPick: (file: MediaFile) => void;
};

/** Chooses a file that is there already and that the numbers can send. */
export default function GalleryDialog({ providers, onClose, onPick }: Props) {
  const [q, setQ] = useState("");
  const [kind, setKind] = useState<MediaKind | "">("");
  const [origin, setOrigin] = useState<"all" | "gallery" | "inbound">("all");
  const query = useInfiniteQuery(
    mediaList({
      q: q || undefined,
      kind: kind || undefined,
      origin: origin === "all" ? undefined : origin,
    }),
  );
  const files = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (file) => file.state === "stored" && choices(file, providers).length > 0,
  );
  const filtered = q !== "" || kind !== "" || origin !== "all";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={words.attach.pick}
      description={words.attach.pickHint}
    >
      <FilterRow>
        <SearchBox label={words.filters.search} value={q} onChange={setQ} />
        <FilterSelect
          label={words.filters.kind}
          value={kind}
          onChange={(event) => setKind(event.target.value as MediaKind | "")}
        >
          <option value="">{words.filters.anyKind}</option>
          {MEDIA_KINDS.map((one) => (
            <option key={one} value={one}>
              {words.kinds[one]}
            </option>
          ))}
        </FilterSelect>
        <Segments
          label={words.filters.origin}
          value={origin}
          onChange={setOrigin}
          options={[
            { value: "all", label: words.filters.all },
            { value: "gallery", label: words.filters.gallery },
            { value: "inbound", label: words.filters.inbound },
          ]}
        />
      </FilterRow>
      {!query.data ? (
        query.isError ? (
          <ErrorPanel what={words.what} error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <TileSkeletons small />
        )
      ) : files.length === 0 && !query.hasNextPage ? (
        <Empty title={filtered ? words.noMatch : words.none}>
          {filtered ? words.noMatchHint : words.noneHint}
        </Empty>
      ) : (
        <>
          <TileGrid label={words.gallery} small>
            {files.map((file) => (
              <li key={file.id} className="min-w-0">
                <button
                  type="button"
                  aria-label={words.attach.pickOne(fileName(file))}
                  onClick={() => onPick(file)}
                  className="block w-full rounded-lg text-start hover:bg-hover"
                >
                  <span className="block aspect-square w-full overflow-hidden rounded-lg border">
                    <Thumb file={file} />
                  </span>
                  <span className="block truncate px-1 py-0.5 text-xs" dir="auto">
                    {fileName(file)}
                  </span>
                </button>
              </li>
            ))}
          </TileGrid>
          {query.hasNextPage && (
            <div className="mt-3 flex justify-center">
              <Button
                size="sm"
                pending={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t.states.more}
              </Button>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}
