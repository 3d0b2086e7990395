import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { cn } from "@/components/ui/class-names";
import { Skeleton } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";

const tracks = (small?: boolean) =>
  cn(
    "grid gap-3",
    small
      ? "grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))]"
      : "grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] max-sm:grid-cols-2",
  );

type Props = { label: string; small?: boolean; children: ReactNode };

/** A grid of buttons that the arrows walk through. */
export function TileGrid({ label, small, children }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const walk = (event: KeyboardEvent) => {
    const tiles = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = tiles.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const top = tiles[0]?.getBoundingClientRect().top;
    const columns = tiles.findIndex((tile) => tile.getBoundingClientRect().top !== top);
    const row = columns < 0 ? tiles.length : columns;
    const ahead = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: row, ArrowUp: -row }[event.key];
    const next = step === undefined ? undefined : tiles[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <ul ref={list} aria-label={label} className={tracks(small)} onKeyDown={walk}>
      {children}
    </ul>
  );
}

export function TileSkeletons({ small }: { small?: boolean }) {
  return (
    <div role="status" aria-label={t.states.loading} className={tracks(small)}>
      {Array.from({ length: small ? 10 : 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tiles are all alike
        <Skeleton key={i} className="aspect-square" />
      ))}
    </div>
  );
}
