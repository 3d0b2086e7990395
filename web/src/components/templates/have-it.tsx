import { templateWords } from "@/i18n/en/template-words";

/** Says of a template that only some numbers have it; nothing where all do. */
export function HaveIt({ have, all }: { have: number; all: number }) {
  return have < all ? (
    <span className="tnum block text-xs text-warn">{templateWords.haveIt(have, all)}</span>
  ) : null;
}
