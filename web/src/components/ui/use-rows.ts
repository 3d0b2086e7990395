import { useCallback, useRef, useState } from "react";

type Options = {
  count: number;
  /** Every row is equally high. */
  height: number;
  /** Rows kept ready on either side of what is in view. */
  spare?: number;
  /** What stands above the first row inside the scroller. */
  inset?: number;
};

type Rows = {
  /** For the element that scrolls. */
  scroller: (node: HTMLElement | null) => (() => void) | undefined;
  from: number;
  /** The first row that is not wanted any more. */
  to: number;
  reveal: (index: number) => void;
  find: (selector: string) => HTMLElement | null;
};

/** Views move in steps, so that not every pixel of scrolling is a new one. */
const STEP = 4;

/** Which rows of a long list are wanted in the document. */
export function useRows({ count, height, spare = 12, inset = 0 }: Options): Rows {
  const [view, setView] = useState({ first: 0, last: 30 });
  const box = useRef<HTMLElement | null>(null);
  const scroller = useCallback(
    (node: HTMLElement | null) => {
      box.current = node;
      if (!node) return;
      const look = () => {
        const first = Math.floor(node.scrollTop / height / STEP) * STEP;
        const last = Math.ceil((node.scrollTop + node.clientHeight) / height / STEP) * STEP;
        setView((old) => (old.first === first && old.last === last ? old : { first, last }));
      };
      look();
      node.addEventListener("scroll", look, { passive: true });
      const resized = new ResizeObserver(look);
      resized.observe(node);
      return () => {
        node.removeEventListener("scroll", look);
        resized.disconnect();
        box.current = null;
      };
    },
    [height],
  );
  const reveal = (index: number) => {
    const node = box.current;
    if (!node) return;
    const top = index * height;
    const lowest = top + height + inset - node.clientHeight;
    if (node.scrollTop > top) node.scrollTop = top;
    else if (node.scrollTop < lowest) node.scrollTop = lowest;
  };
  return {
    scroller,
    from: Math.max(0, Math.min(view.first - spare, count)),
    to: Math.min(count, view.last + spare),
    reveal,
    find: (selector) => box.current?.querySelector<HTMLElement>(selector) ?? null,
  };
}

/** The numbers from one up to another. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, nth) => from + nth);
